// nativecnn bench train: how long a training step takes.
using System.CommandLine;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchTrainCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> graph = CommonOptions.Graph();
        return BenchNetwork.Create(
            "train", "One training step of a network with Adam.", terminal, [graph],
            (parsed, device, work, seconds, json, terminal) => Run(
                device, work, CommonOptions.ToGraphMode(parsed.GetValue(graph)!), seconds, json, terminal));
    }

    private static void Run(
        ComputeDevice device, NetworkWork work, GraphMode graph, double seconds, bool json, Terminal terminal)
    {
        StepMeasurement step = Throughput.Train(device, work, seconds, graph, line => terminal.Warn([line]));
        Measurement measured = step.Time;
        double rate = work.BatchSize / measured.Milliseconds * 1000;
        if (json)
        {
            terminal.Json(
                new TrainBenchRecord(
                    $"train/{work.Model}", work.BatchSize, work.Coefficients, work.Frames, work.Filters, work.Taps,
                    work.Classes, device.Info.Selector, device.Workers.Count, measured.Milliseconds, rate,
                    measured.Gigaflops, step.Launches, step.Replayed),
                CliJson.Default.TrainBenchRecord);
            return;
        }

        string launches = Show.Launches(step.Launches, step.Replayed);

        terminal.Line($"train/{work.Model} on {device.Info.Selector}, {BenchNetwork.Describe(work)}: " +
            $"{Show.Rate(measured.Milliseconds)} ms a step, {Show.Count(rate)} samples/s, " +
            $"{Show.Rate(measured.Gigaflops)} GFLOP/s{(launches.Length > 0 ? ", " : "")}{launches}");
    }
}
