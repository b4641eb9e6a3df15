// nativecnn bench fft: how fast real rows are transformed.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchFftCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<int> length = OptionOf.Integer("--length", "Samples of a row.", 512, 2, 1 << 20);
        Option<int> batch = OptionOf.Integer("--batch", "Rows.", 6400, 1, 1 << 20);
        var machine = new BenchMachine();
        var command = new Command("fft", "Fourier transforms of real rows; one of N counts as 2.5 N log2 N operations.")
        {
            length, batch,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            (int samples, int rows) = (parsed.GetValue(length), parsed.GetValue(batch));
            BenchMachine.ThrowUnlessFits((long)samples * rows, "--length times --batch");
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            Measurement measured = Throughput.Fourier(device, rows, samples, parsed.GetValue(machine.Seconds));
            terminal.Cancellation.ThrowIfCancellationRequested();
            if (parsed.GetValue(machine.Json))
            {
                terminal.Json(
                    new FftBenchRecord(
                        $"fft/{samples}", samples, rows, device.Info.Selector, device.Workers.Count,
                        measured.Milliseconds, measured.Gigaflops),
                    CliJson.Default.FftBenchRecord);
            }
            else
            {
                terminal.Line($"fft/{samples} on {device.Info.Selector}, {rows} rows: " +
                    $"{Show.Rate(measured.Milliseconds)} ms, {Show.Rate(measured.Gigaflops)} GFLOP/s");
            }

            machine.PrintRungs(parsed, device, terminal);
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn bench fft --length 512 --batch 6400");
    }
}
