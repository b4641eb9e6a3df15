// nativecnn bench kernels: every kernel verified, then timed against the device's own limits.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Cli.Commands;

internal static class BenchKernelsCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string?> filter = OptionOf.Text(
            "--filter", "TEXT", "Only what has this in its name and shape: conv1d, \"matmul: 512\".");
        Option<string?> shape = OptionOf.Text(
            "--shape", "AxBxC", "Measure at this shape instead; what the numbers are depends on the kernel, and an " +
            "error says it: MxNxK for matmul.");
        Option<bool> cold = OptionOf.Flag(
            "--cold", "Each call finds its data in memory: tensors are taken in turn, of twice the largest cache.");
        Option<bool> vendor = OptionOf.Flag(
            "--vendor", "The same work by the vendor's library in turns with ours: cuBLAS and cuFFT on CUDA, " +
            "System.Numerics.Tensors on the processor.");
        Option<bool> commands = OptionOf.Flag("--commands", "End each line with the command that measures it again.");
        Option<string?> save = OptionOf.Text(
            "--save", "FILE", "Keep all samples, as JSON Lines, for `nativecnn bench compare`.");
        Option<string?> output = OptionOf.Text("--output", "FILE.svg|FILE.png", "Draw the roofline.");
        var machine = new BenchMachine(seconds: 0.2);
        var command = new Command(
            "kernels",
            "Every rung of the hot operators: whether its result is right, its time (median, 5th and 95th percentile " +
            "and half their distance as noise), rates, and the share of the device's own peak, which a copy and a " +
            "multiply-add kernel measure first; above 100 % where data comes from a cache. The result column tells " +
            "the largest difference from what it was compared with; a wrong result makes the exit code 1. MHz is the " +
            "clock after, or before>after! where it fell by 3 % or more. --seconds is for each.")
        {
            filter, shape, cold, vendor, commands, save, output,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = new KernelBenchOptions
            {
                Filter = parsed.GetValue(filter),
                Shape = ToShape(parsed.GetValue(shape)),
                Seconds = parsed.GetValue(machine.Seconds),
                IsCold = parsed.GetValue(cold),
                WithVendor = parsed.GetValue(vendor),
                Tell = line => terminal.Warn([line]),
            };
            CheckPicture(parsed.GetValue(output));
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            IEnumerable<KernelMeasurement> measured = KernelBenchmark.Run(device, options, terminal.Cancellation);
            return Report(
                measured, device, options, parsed.GetValue(machine.Json), parsed.GetValue(commands),
                parsed.GetValue(save), parsed.GetValue(output), terminal);
        });
        return command.WithExamples(
            "nativecnn bench kernels --device opencl --filter matmul",
            "nativecnn bench kernels --device cpu --filter matmul --shape 300x200x100 --vendor --workers 1",
            "nativecnn bench kernels --device cuda --cold --save today.jsonl --output roofline.svg");
    }

    /// <summary>Prints what is measured as it comes, saves and draws it; 1 where a result was wrong.</summary>
    internal static int Report(
        IEnumerable<KernelMeasurement> measured, ComputeDevice device, KernelBenchOptions options, bool json,
        bool commands, string? save, string? output, Terminal terminal)
    {
        var table = new KernelBenchTable(options.WithVendor, commands, terminal.Width);
        List<KernelMeasurement> all = [];
        List<KernelBenchRecord> records = [];
        foreach (KernelMeasurement one in measured)
        {
            if (all.Count == 0 && !json)
            {
                terminal.Line($"{device.Info.Selector}, {device.Info.Name}; * the device's own choice" +
                    (options.IsCold ? "; cold" : ""));
                terminal.Line(table.Header);
            }

            string command = KernelBenchLine.CommandOf(one, device, options);
            KernelBenchRecord record = KernelBenchLine.RecordOf(one, device, command);
            all.Add(one);
            records.Add(record with { Samples = one.Samples });
            if (json)
            {
                terminal.Json(record, CliJson.Default.KernelBenchRecord);
            }
            else
            {
                terminal.Line(table.Row(one, command));
            }
        }

        if (save is not null)
        {
            KernelBenchFile.Write(save, records);
        }

        if (output is not null)
        {
            RooflinePicture.Draw(output, $"{device.Info.Selector}, {device.Info.Name}", all);
        }

        KernelMeasurement[] wrong =
            [.. all.Where(one => one.Verdict is { IsRight: false } || one.Vendor is { Verdict.IsRight: false })];
        if (wrong.Length == 0)
        {
            return ExitCodes.Done;
        }

        terminal.Complain(
            $"{wrong.Length} of {all.Count(one => one.Verdict is not null)} results are wrong: " +
            string.Join(", ", wrong.Select(NameOf).Distinct()));
        return ExitCodes.Failed;
    }

    private static string NameOf(KernelMeasurement one) =>
        one.Rung is { } rung ? $"{one.Name} rung {rung}" : one.Name;

    private static void CheckPicture(string? path)
    {
        if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".svg" or ".png"))
        {
            throw new InputException($"--output draws a picture: give a file that ends in .svg or .png, not '{path}'");
        }
    }

    private static List<int>? ToShape(string? text)
    {
        if (text is null)
        {
            return null;
        }

        List<int> numbers = [];
        foreach (string part in text.Split('x', 'X', ',', '*'))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
            {
                throw new InputException($"--shape takes whole numbers with x between them, 64x40x100, not '{text}'");
            }

            numbers.Add(number);
        }

        long product = numbers.Aggregate(1L, (all, number) => Math.Min(all * number, long.MaxValue >> 32));
        BenchMachine.ThrowUnlessFits(numbers.Count <= 2 ? product : numbers.Max(), "--shape");
        return numbers;
    }
}
