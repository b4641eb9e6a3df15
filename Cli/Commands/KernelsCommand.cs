// nativecnn kernels: the portable kernels, and the code that a driver gets of each, on a machine without such a device.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Cli.Commands;

internal static class KernelsCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("kernels", "Lists the kernels that GPUs run, and shows their code; needs no GPU.")
        {
            List(terminal),
            ShowCode(terminal),
            Choices(terminal),
            KernelsProfileCommand.Create(terminal),
            KernelsCacheCommand.Create(terminal),
        };
        return command.WithExamples(
            "nativecnn kernels list",
            "nativecnn kernels show conv1d.forward --target opencl",
            "nativecnn kernels choices --device opencl",
            "nativecnn kernels profile mat-mul.tiled --gpu H100");
    }

    private static Command List(Terminal terminal)
    {
        Option<string?> device = OptionOf.Text(
            "--device", "cuda[:i]",
            "Ask this CUDA device's driver what each kernel takes. Without it, what ptxas said for " +
            $"{AssembledKernels.Architecture} when the kernels were last checked.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "list",
            "Lists every portable kernel: its name, method, ladder and rung, registers and local memory of a thread, " +
            "shared memory of a group.")
        {
            device, json,
        };
        command.SetAction(parsed => List(parsed.GetValue(device), parsed.GetValue(json), terminal));
        return command.WithExamples("nativecnn kernels list", "nativecnn kernels list --device cuda --json");
    }

    private static int List(string? selector, bool json, Terminal terminal)
    {
        using ComputeDevice? device = selector is null ? null : ComputeDevice.Open(selector);
        if (device is { Info.Kind: not DeviceKind.Cuda })
        {
            throw new InputException(
                $"the device {device.Info.Selector} says nothing of registers; give a CUDA device");
        }

        (PortableKernel Kernel, KernelResources? Takes)[] all =
            [.. ProductKernels.All.Select(kernel => (kernel, Takes(kernel, device)))];
        if (json)
        {
            foreach ((PortableKernel kernel, KernelResources? takes) in all)
            {
                terminal.Json(
                    new KernelRecord(
                        kernel.Name, kernel.Operator, kernel.Ladder, kernel.Rung, kernel.MethodName, takes?.Registers,
                        takes?.SharedBytes, takes?.StackBytes, takes?.SpillBytes),
                    CliJson.Default.KernelRecord);
            }

            return ExitCodes.Done;
        }

        terminal.Table(
            ["kernel", "method", "ladder", "rung", "registers", "shared", "local", "spilled"],
            all.Select(one => (string[])
            [
                one.Kernel.Name, one.Kernel.MethodName, one.Kernel.Ladder ?? "", $"{one.Kernel.Rung}",
                Known(one.Takes?.Registers), Known(one.Takes?.SharedBytes), Known(one.Takes?.StackBytes),
                Known(one.Takes?.SpillBytes),
            ]),
            leftColumns: 3, "method", "spilled", "local", "shared", "ladder");
        return ExitCodes.Done;

        static string Known(int? figure) => figure is { } known ? $"{known}" : "-";
    }

    private static KernelResources? Takes(PortableKernel kernel, ComputeDevice? device) =>
        device is null ? AssembledKernels.Of(kernel.Name)
        : CudaKernelResources.Of(device, kernel) is { } taken
            ? new KernelResources(taken.Registers, taken.SharedBytes, taken.LocalBytes, 0)
        : null;

    private static Command Choices(Terminal terminal)
    {
        Option<string> device = CommonOptions.Device();
        Option<string[]> rungs = CommonOptions.Rungs();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "choices",
            "Lists the ladders of kernels and which rung a device runs of each for a training step of the article's " +
            "network, batch 64; nothing is computed.")
        {
            device, rungs, json,
        };
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(
                parsed.GetValue(device)!, rungs: CommonOptions.RungList(parsed.GetValue(rungs)));
            IReadOnlyList<RungChoice> choices = PlannedRungs.OfTraining(opened, new NetworkWork());
            if (parsed.GetValue(json))
            {
                foreach (RungChoice one in choices)
                {
                    terminal.Json(
                        new RungRecord(one.Ladder, one.Shape, one.Rung, one.Default), CliJson.Default.RungRecord);
                }

                return ExitCodes.Done;
            }

            terminal.Line($"there are: {string.Join("; ", KernelLadder.OfProcess())}");
            terminal.Lines(RungTable.Of(opened, terminal.Width));
            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn kernels choices --device simulator", "nativecnn kernels choices --device cuda --rung matmul=2");
    }

    private static Command ShowCode(Terminal terminal)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A kernel of `nativecnn kernels list`.",
            Arity = ArgumentArity.ZeroOrOne,
        }.Completing(() => ProductKernels.All.Select(kernel => kernel.Name));
        Option<bool> all = OptionOf.Flag("--all", "Every kernel instead of one; needs --output.");
        Option<string> target = OptionOf.Choice("--target", "The language of the code.", "ptx", "ptx", "opencl");
        Option<string> architecture = OptionOf.Choice(
            "--arch", "The NVIDIA architecture that PTX is for.", "sm_90",
            "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_89", "sm_90");
        Option<string?> output = OptionOf.Text(
            "--output", "DIR", "Write NAME.ptx or NAME.cl there. Without it, the code is printed.");
        var command = new Command(
            "show",
            "Shows a kernel's code. Of PTX also registers, stack, spills and shared bytes, where NVIDIA's ptxas is " +
            "on the PATH or named by NATIVECNN_PTXAS.")
        {
            name, all, target, architecture, output,
        };
        command.SetAction(parsed => ShowCode(
            Chosen(parsed.GetValue(name), parsed.GetValue(all), parsed.GetValue(output)),
            parsed.GetValue(target)!, parsed.GetValue(architecture)!, parsed.GetValue(output), terminal));
        return command.WithExamples(
            "nativecnn kernels show conv1d.forward --target ptx --arch sm_80",
            "nativecnn kernels show conv1d.forward --target opencl",
            "nativecnn kernels show --all --output ptx/");
    }

    private static IReadOnlyList<PortableKernel> Chosen(string? name, bool all, string? output)
    {
        if (all)
        {
            return (name, output) switch
            {
                (not null, _) => throw new InputException($"give the kernel '{name}' or --all, not both"),
                (_, null) => throw new InputException("--all needs --output DIR, a folder for a file a kernel"),
                _ => ProductKernels.All,
            };
        }

        if (name is null)
        {
            throw new InputException("give the NAME of a kernel, see `nativecnn kernels list`, or --all");
        }

        return [Named(name)];
    }

    /// <summary>The kernel of a name, in lower or upper case.</summary>
    /// <exception cref="InputException">There is none; the message has the nearest.</exception>
    public static PortableKernel Named(string name) =>
        ProductKernels.All.FirstOrDefault(kernel => kernel.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ??
        throw new InputException(
            $"there is no kernel '{name}'{Suggestion.Before(name, ProductKernels.All.Select(one => one.Name))} see " +
            "`nativecnn kernels list`");

    private static int ShowCode(
        IReadOnlyList<PortableKernel> kernels, string target, string architecture, string? output, Terminal terminal)
    {
        bool ptx = target == "ptx";
        if (!ptx && kernels is [{ WhyNotOnOpenCl: { } reason } left])
        {
            throw new InputException($"there is no OpenCL C of '{left.Name}': {reason}; give --target ptx");
        }

        kernels = [.. kernels.Where(kernel => ptx || kernel.WhyNotOnOpenCl is null)];
        using var compiler = new KernelCompiler();
        if (output is null)
        {
            PortableKernel only = kernels[0];
            string code = ptx ? compiler.ToPtx(only, architecture) : compiler.ToOpenCl(only);
            terminal.Line($"// {only.Name}, rung {only.Rung}, {only.MethodName}" +
                (ptx ? $", {architecture}: {Resources(code, architecture)}" : ""));
            terminal.Verbatim(code.TrimEnd());
            return ExitCodes.Done;
        }

        Directory.CreateDirectory(output);
        foreach (PortableKernel kernel in kernels)
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            string code = ptx ? compiler.ToPtx(kernel, architecture) : compiler.ToOpenCl(kernel);
            AtomicFile.WriteText(Path.Combine(output, kernel.Name + (ptx ? ".ptx" : ".cl")), code);
        }

        terminal.Line($"{kernels.Count} {(kernels.Count == 1 ? "kernel" : "kernels")} written to {output}");
        return ExitCodes.Done;
    }

    private static string Resources(string ptx, string architecture) =>
        Ptxas.Find()?.Assemble(ptx, architecture) is { } taken
            ? $"{taken.Registers} registers, {taken.StackBytes} bytes of stack, {taken.SpillBytes} bytes spilled, " +
                $"{taken.SharedBytes} bytes shared"
            : $"registers not known, no ptxas on the PATH or in {Ptxas.Variable}";
}
