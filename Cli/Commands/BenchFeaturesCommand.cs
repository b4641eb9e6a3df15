// nativecnn bench features: how fast sound becomes MFCC.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Options;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchFeaturesCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<int> sampleRate = OptionOf.Integer("--sample-rate", "Samples a second.", 8000, 100, 384_000);
        Option<int> fft = OptionOf.Integer("--fft", "Samples of a frame's Fourier transform.", 256, 2, 65_536);
        Option<int> hop = OptionOf.Integer("--hop", "Samples from a frame to the next.", 80, 1, 65_536);
        Option<int> mels = OptionOf.Integer("--mels", "Bands of the mel filterbank.", 40, 1, 4096);
        Option<int> coefficients = OptionOf.Integer("--coefficients", "Coefficients kept.", 40, 1, 4096);
        Option<int> batch = OptionOf.Integer("--batch-size", "Clips of one second at a time.", 64, 1, 4096);
        var machine = new BenchMachine();
        var command = new Command("features", "MFCC of clips of one second.")
        {
            sampleRate, fft, hop, mels, coefficients, batch,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            FeatureOptions options = FeatureOptions.Mfcc(parsed.GetValue(sampleRate)) with
            {
                FftSize = parsed.GetValue(fft),
                HopLength = parsed.GetValue(hop),
                MelBands = parsed.GetValue(mels),
                Coefficients = parsed.GetValue(coefficients),
            };
            options.Validate("these features");
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            int clips = parsed.GetValue(batch);
            Measurement measured = Throughput.Features(device, options, clips, parsed.GetValue(machine.Seconds));
            Print(measured, device, options, clips, parsed.GetValue(machine.Json), terminal);
            machine.PrintRungs(parsed, device, terminal);
            terminal.Cancellation.ThrowIfCancellationRequested();
            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn bench features --sample-rate 16000 --fft 512 --hop 160 --mels 80 --coefficients 20");
    }

    private static void Print(
        Measurement measured, ComputeDevice device, FeatureOptions options, int batch, bool json, Terminal terminal)
    {
        double timesRealTime = batch / measured.Milliseconds * 1000;
        if (json)
        {
            terminal.Json(
                new FeaturesBenchRecord(
                    "features/mfcc", batch, options.SampleRate, options.FftSize, options.HopLength, options.MelBands,
                    options.Coefficients, device.Info.Selector, device.Workers.Count, measured.Milliseconds,
                    timesRealTime),
                CliJson.Default.FeaturesBenchRecord);
            return;
        }

        terminal.Line($"features/mfcc on {device.Info.Selector}, {batch} clips of 1 s at {options.SampleRate} Hz, " +
            $"fft {options.FftSize}, hop {options.HopLength}, {options.MelBands} mels, " +
            $"{options.Coefficients} coefficients: {Show.Rate(measured.Milliseconds)} ms a batch, " +
            $"{Show.Count(timesRealTime)} x real time");
    }
}
