using System.Globalization;
using System.Reflection;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Tools.Puzzles;

/// <summary>Compiles a puzzle's file, runs it and says what is wrong.</summary>
public static class PuzzleChecker
{
    // 32 floats that are neighbours, in sectors of 32 bytes.
    private const int SectorsOfAWarp = 4;

    /// <summary>
    /// Checks a file: it compiles, its kernel runs as a GPU would run it, without a race and inside its memory; the
    /// gradient is that of finite differences in float64; and where that is asked, no sector is read in vain.
    /// </summary>
    /// <param name="puzzle">The puzzle.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="source">What is in it. It is executed.</param>
    /// <exception cref="PuzzleException">
    /// The kernel or its arguments are not there any more, or nothing can be compiled here.
    /// </exception>
    public static PuzzleVerdict Check(Puzzle puzzle, string path, string source)
    {
        ArgumentNullException.ThrowIfNull(puzzle);
        (Assembly? assembly, IReadOnlyList<string> errors) = PuzzleCompiler.Compile(path, source);
        if (assembly is null)
        {
            return new PuzzleVerdict(errors);
        }

        GpuModel gpu = GpuModels.Find(GpuModels.DefaultName);
        var census = new PtxCensus(gpu.Latencies) { Budget = 0, Mode = PtxCensusMode.Run };
        var kernels = new PuzzleKernels(assembly, census);
        using ComputeDevice device = DeviceCatalog.OpenCounting(census, gpu.Multiprocessors);
        kernels.Device = device;
        GradientCheckRow[] rows;
        try
        {
            rows = [.. Checker(puzzle, kernels, device).Run()];
        }
        catch (KernelFaultException fault)
        {
            return new PuzzleVerdict([fault.Message]);
        }

        List<string> findings = [.. rows.Where(row => !row.Passed).Select(Describe)];
        int compared = rows.Sum(row => row.Checked);
        if (!puzzle.CountsSectors)
        {
            return new PuzzleVerdict(findings, compared);
        }

        var work = WorkCounts.Of(census.Counts[^1]);
        var requests = Requests.Sum([work.GlobalLoads, work.GlobalStores]);
        if (requests.Mean > SectorsOfAWarp)
        {
            findings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"its {requests.Count:0} requests to global memory, each of 32 threads, take {requests.Taken:0} " +
                $"sectors: got {requests.Mean:0.0} sectors a request, wanted {SectorsOfAWarp}"));
        }

        return new PuzzleVerdict(findings, compared, requests.Mean);
    }

    private static GradientChecker Checker(Puzzle puzzle, PuzzleKernels kernels, ComputeDevice device)
    {
        Node x = puzzle.IsFlat ? Node.Input().Flatten() : Node.Input();
        Node y = x.Apply(new PuzzleLayer
        {
            Right = puzzle.Right,
            Backward = (at, right) => puzzle.Backward(kernels, at, right),
        });
        return new GradientChecker(
            device, new NetworkGraph(puzzle.IsFlat ? y : y.Flatten(), puzzle.Input, name: puzzle.Name), fused: false,
            new GradientCheckOptions { BatchSize = puzzle.BatchSize, Elements = 0 });
    }

    private static string Describe(GradientCheckRow row)
    {
        string of = row.Tensor.StartsWith("input", StringComparison.Ordinal)
            ? "the input"
            : row.Tensor[(row.Tensor.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return row.Checked == 0
            ? $"the gradient of {of} could not be compared"
            : $"the gradient of {of} at {row.Place}: got {Number(row.Gradient)}, wanted {Number(row.Difference)} " +
                $"(differences in float64); the worst of {row.Checked}";
    }

    private static string Number(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
