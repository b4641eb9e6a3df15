// Which case of an operator launches a kernel is found by launching: every case is planned, and its launches listed and
// not executed; small cases first, since their tensors cost nothing.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tools.Profiling;

/// <summary>Finds a case for a kernel and a shape.</summary>
internal static class CaseSearch
{
    /// <summary>The case that launches a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="shape">
    /// A part of a case's shape, or numbers with an x between them; null for the first case of usual size.
    /// </param>
    /// <param name="options">How launches are planned.</param>
    /// <exception cref="ProfileException">There is none; the message says which there are.</exception>
    public static CaseCall Find(PortableKernel kernel, string? shape, ProfileOptions options)
    {
        string[] names = NamesOf(kernel, options);
        if (names.Length == 0)
        {
            throw new ProfileException(
                $"no case of an operator launches {kernel.Name}" +
                (kernel.Operator is "mat-mul-tensor" or "conv1d-tensor" ? " without --precision tf32" : "") +
                "; `nativecnn kernels profile --step deep` counts what a training step launches");
        }

        KernelCase[] cases = [.. OperatorCases.Of(CaseSizes.Large).Where(one => names.Contains(one.Name))];
        KernelCase[] wanted = shape is null ? cases
            : Numbers(shape) is { } numbers ? Shaped(names, cases, numbers)
            : [.. cases.Where(one => one.Shape.Contains(shape, StringComparison.OrdinalIgnoreCase))];
        foreach (KernelCase one in wanted)
        {
            if (CallOf(kernel, one, options) is { } call)
            {
                return call;
            }
        }

        CaseCall? small = shape is not null ? null : OperatorCases.Of(CaseSizes.Small)
            .Where(one => names.Contains(one.Name))
            .Select(one => CallOf(kernel, one, options))
            .FirstOrDefault(call => call is not null);
        return small ?? throw new ProfileException(
            $"no case launches {kernel.Name} at the shape '{shape}'; there are " +
            string.Join("; ", cases.Select(one => $"{one.Name} {one.Shape}")));
    }

    /// <summary>The names of small cases that launch the kernel, in the order of the list.</summary>
    private static string[] NamesOf(PortableKernel kernel, ProfileOptions options)
    {
        PtxCensus census = new(options.Gpu.Latencies);
        using ComputeDevice device = DeviceCatalog.OpenCounting(
            census, options.Gpu.Multiprocessors, precision: options.Precision);
        (KernelCase Case, Func<Action> Plan)[] all =
            [.. OperatorCases.Of(CaseSizes.Small).Select(one => (one, one.Prepare(device)))];
        return
        [
            .. all.Where(one => CaseCall.RungsFor(kernel, one.Case).Any(rung =>
                Launches(census, kernel, CaseCall.Plan(device, one.Plan, rung, options.Rungs))))
                .Select(one => one.Case.Name).Distinct(),
        ];
    }

    private static CaseCall? CallOf(PortableKernel kernel, KernelCase one, ProfileOptions options)
    {
        PtxCensus census = new(options.Gpu.Latencies);
        using ComputeDevice device = DeviceCatalog.OpenCounting(
            census, options.Gpu.Multiprocessors, precision: options.Precision);
        Func<Action> plan = one.Prepare(device);
        return CaseCall.RungsFor(kernel, one)
            .Where(rung => Launches(census, kernel, CaseCall.Plan(device, plan, rung, options.Rungs)))
            .Select(rung => new CaseCall(one, rung))
            .FirstOrDefault();
    }

    private static bool Launches(PtxCensus census, PortableKernel kernel, Action call)
    {
        census.Clear();
        call();
        return census.Launched.Any(one => one.Kernel.Method == kernel.Method);
    }

    private static KernelCase[] Shaped(string[] names, KernelCase[] cases, int[] numbers)
    {
        KernelCase[] shaped;
        try
        {
            shaped = [.. names.Select(name => OperatorCases.Shaped(name, numbers)).OfType<KernelCase>()];
        }
        catch (ArgumentException error)
        {
            throw new ProfileException(
                $"--shape {string.Join('x', numbers)} is no shape: {error.WithoutParameter()}", error);
        }

        return shaped.Length > 0 ? shaped
            : throw new ProfileException(
                $"none of {string.Join(", ", names)} takes the {numbers.Length} numbers of --shape " +
                $"{string.Join('x', numbers)}; there are {OperatorCases.ShapedForms}, and the shapes " +
                string.Join("; ", cases.Select(one => one.Shape).Distinct()));
    }

    /// <summary>The numbers of 64x40x100x64x4; null for what is no list of numbers.</summary>
    private static int[]? Numbers(string shape)
    {
        string[] parts = shape.Split('x', StringSplitOptions.TrimEntries);
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }
}
