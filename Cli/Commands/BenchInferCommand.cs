// nativecnn bench infer: how long a network takes from features, or from samples, to logits.
using System.CommandLine;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Model.Presets;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchInferCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> from = OptionOf.Choice(
            "--from",
            "What comes in: features, which are on the device; or waveform, samples on the host, copied, made into " +
            "features and their logits copied back: what a live detector pays a window. --coefficients are then those " +
            "of the features, and --frames follow from them.", "features", "features", "waveform");
        Option<string?> chain = CommonOptions.Features("Of a waveform; absent: those of the model.");
        Option<int> rate = OptionOf.Integer("--sample-rate", "Samples a second of a waveform.", 8000, 100, 384_000);
        Option<double> length = OptionOf.Number(
            "--clip-seconds", "Seconds of a waveform.", 1, new Interval(0.01, 600));
        return BenchNetwork.Create(
            "infer",
            "A network from features, or from samples, to logits; its weights are final, as those of a saved run.",
            terminal, [from, chain, rate, length],
            (parsed, device, work, seconds, json, terminal) =>
            {
                if (parsed.GetValue(from) == "features")
                {
                    Print(
                        Throughput.Infer(device, work, seconds), $"infer/{work.Model}", device, work, json, terminal);
                    return;
                }

                string name = parsed.GetValue(chain)
                    ?? NetworkPresets.Find(work.Model)?.Features ?? FeaturePresets.DefaultName;
                FeatureOptions features = FeaturePresets.Resolve(name, parsed.GetValue(rate), () => 0);
                if (features.Kind == FeatureKind.Mfcc)
                {
                    features = features with { Coefficients = Math.Min(work.Coefficients, features.MelBands) };
                }

                int samples = (int)(parsed.GetValue(rate) * parsed.GetValue(length));
                (Measurement measured, Shape shape) = Throughput.InferFromWaveform(
                    device, work, features, samples, seconds);
                work = work with { Coefficients = shape[1], Frames = shape[2] };
                Print(measured, $"infer-waveform/{work.Model}", device, work, json, terminal);
            });
    }

    private static void Print(
        Measurement measured, string benchmark, ComputeDevice device, NetworkWork work, bool json, Terminal terminal)
    {
        double rate = work.BatchSize / measured.Milliseconds * 1000;
        if (json)
        {
            terminal.Json(
                new InferBenchRecord(
                    benchmark, work.BatchSize, work.Coefficients, work.Frames, work.Filters, work.Taps,
                    work.Classes, device.Info.Selector, device.Workers.Count, measured.Milliseconds, rate,
                    measured.Gigaflops),
                CliJson.Default.InferBenchRecord);
            return;
        }

        terminal.Line($"{benchmark} on {device.Info.Selector}, {BenchNetwork.Describe(work)}: " +
            $"{Show.Rate(measured.Milliseconds)} ms a batch, {Show.Count(rate)} samples/s, " +
            $"{Show.Rate(measured.Gigaflops)} GFLOP/s");
    }
}
