// nativecnn kernels profile: what a kernel, or a training step, executes on a GPU, counted without one.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Kernels;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Cli.Commands;

internal static class KernelsProfileCommand
{
    public static Command Create(Terminal terminal)
    {
        var sizes = new NetworkWork();
        var name = new Argument<string?>("NAME")
        {
            Description = "A kernel of `nativecnn kernels list`.",
            Arity = ArgumentArity.ZeroOrOne,
        }.Completing(() => ProductKernels.All.Select(kernel => kernel.Name));
        Option<string?> step = OptionOf.Text(
            "--step", CommonOptions.ModelForms, "All launches of a training step of this network with Adam.");
        Option<int> batch = OptionOf.Integer(
            "--batch-size", "Clips of the step's mini-batch.", sizes.BatchSize, 1, 4096);
        Option<string?> shape = OptionOf.Text(
            "--shape", "TEXT|NxN..",
            $"A part of the shape of a case that is measured, or numbers of one's own: {KernelProfiler.ShapeForms}. " +
            "Without it, the first case that launches the kernel.");
        Option<string> gpu = OptionOf.Text(
            "--gpu", string.Join('|', GpuModels.Names), "The GPU that launches are planned and times estimated for.",
            GpuModels.DefaultName);
        Option<int> millions = OptionOf.Integer(
            "--millions",
            "Million instructions of warps that are executed of a launch before some of its groups stand for all, " +
            "which is told; 0 executes all.", 100, 0, 1_000_000);
        Option<bool> lines = OptionOf.Flag("--lines", "The kernel's PTX with counts, beside the C# it came from.");
        Option<bool> measure = OptionOf.Flag(
            "--measure", "Measure the same call or step on this machine's CUDA device too.");
        Option<string[]> rungs = CommonOptions.Rungs();
        Option<string> precision = CommonOptions.Precision();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "profile",
            "Counts what a kernel executes on an NVIDIA GPU, without one: its PTX runs on the processor. " +
            "Instructions by class, sectors of global memory and conflicts of shared memory a request, divergent " +
            "branches, occupancy; and an estimate of its time with what bounds it. docs/kernel-profile.md tells how " +
            "to read it.")
        {
            name, step, batch, shape, gpu, millions, lines, measure, rungs, precision, json,
        };
        command.SetAction(parsed =>
        {
            var options = new ProfileOptions(GpuModels.Find(parsed.GetValue(gpu)!))
            {
                Millions = parsed.GetValue(millions),
                Rungs = CommonOptions.RungList(parsed.GetValue(rungs)),
                Precision = CommonOptions.PrecisionOf(parsed.GetValue(precision)),
            };
            bool measured = parsed.GetValue(measure);
            bool withLines = parsed.GetValue(lines);
            if (withLines && parsed.GetValue(name) is { } asked && parsed.GetValue(step) is null &&
                KernelsCommand.Named(asked) is { } known)
            {
                ProfiledLines.Prepare([known]);
            }

            (PortableKernel? kernel, ProfileResult result) = Counted();
            if (withLines && kernel is null)
            {
                // Which kernels a step launches is known once it was counted.
                ProfiledLines.Prepare(result.Launches.Select(one => one.Kernel));
                (_, result) = Counted();
            }

            Print(kernel, result, withLines, parsed.GetValue(json), terminal);
            return ExitCodes.Done;

            (PortableKernel? Kernel, ProfileResult Result) Counted() =>
                (parsed.GetValue(name), parsed.GetValue(step)) switch
                {
                    (null, null) => throw new InputException(
                        "give the NAME of a kernel, see `nativecnn kernels list`, or --step with a network"),
                    (not null, not null) => throw new InputException("give the NAME of a kernel or --step, not both"),
                    ({ } one, null) when KernelsCommand.Named(one) is { } named => (
                        (PortableKernel?)named,
                        KernelProfiler.OfKernel(named, parsed.GetValue(shape), options, measured)),
                    (_, { } network) when parsed.GetValue(shape) is null => (null, KernelProfiler.OfStep(
                        sizes with { Model = network, BatchSize = parsed.GetValue(batch) }, options, measured)),
                    _ => throw new InputException("--shape is for a kernel; a step takes --batch-size"),
                };
        });
        return command.WithExamples(
            "nativecnn kernels profile mat-mul.tiled --gpu H100",
            "nativecnn kernels profile conv1d-register.convolve8x8 --shape 256x64x1000x128x5",
            "nativecnn kernels profile softmax.warp-forward --lines",
            "nativecnn kernels profile --step article --gpu RTX4090 --json");
    }

    private static void Print(PortableKernel? kernel, ProfileResult result, bool lines, bool json, Terminal terminal)
    {
        foreach (LaunchProfile one in result.Launches.Where(one => one.CountedGroups < one.Groups)
            .DistinctBy(one => (one.Kernel.Name, one.Groups)))
        {
            terminal.Warn([
                $"{one.Kernel.Name} is counted in {Show.Count(one.CountedGroups)} of {Show.Count(one.Groups)} " +
                "groups, which stand for all; --millions 0 executes all",
            ]);
        }

        if (json)
        {
            ProfileJson.Print(kernel, result, lines, terminal);
            return;
        }

        terminal.Lines(kernel is null ? ProfileStepTable.Of(result, terminal.Width)
            : ProfileTable.Of(kernel, result, terminal.Width));
        foreach (IGrouping<string, LaunchProfile> one in result.Launches.GroupBy(launch => launch.Kernel.Name)
            .Where(one => lines && (kernel is null || one.Key == kernel.Name)))
        {
            terminal.Line();
            terminal.Line(one.Key);
            terminal.Lines(ProfileLinesTable.Of(ProfiledLines.Of([.. one], line => terminal.Warn([line]))));
        }
    }
}
