// nativecnn bench layers: where the time of a training step goes.
using System.CommandLine;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchLayersCommand
{
    public static Command Create(Terminal terminal) => BenchNetwork.Create(
        "layers",
        "Where the time of a training step goes: each layer's forward and backward pass with its rates, and " +
        "the share of the device's own limits, measured first.", terminal, [], Run);

    private static void Run(
        ParseResult parsed, ComputeDevice device, NetworkWork work, double seconds, bool json, Terminal terminal)
    {
        IReadOnlyList<LayerMeasurement> parts = LayerBenchmark.Run(device, work, seconds, terminal.Cancellation);
        if (!json)
        {
            terminal.Line($"layers/{work.Model} on {device.Info.Selector}, {BenchNetwork.Describe(work)}");
            terminal.Lines(LayerBenchTable.Of(parts, terminal.Width));
            return;
        }

        foreach (LayerMeasurement one in parts)
        {
            terminal.Json(
                new LayerBenchRecord(
                    $"layers/{work.Model}", one.Stage, one.Pass, work.BatchSize, device.Info.Selector,
                    device.Workers.Count, one.Microseconds, one.Gigaflops, one.GigabytesPerSecond, one.ShareOfLimit),
                CliJson.Default.LayerBenchRecord);
        }
    }
}
