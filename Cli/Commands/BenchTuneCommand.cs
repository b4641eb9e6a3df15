// nativecnn bench tune: from which shapes on higher rungs are taken, measured on a device and written to a file.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Benchmarking.Tuning;

namespace NativeCnn.Cli.Commands;

internal static class BenchTuneCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> device = CommonOptions.Device();
        Option<string?> filter = OptionOf.Text("--filter", "TEXT", "Only thresholds with this in their name: matmul.");
        Option<double> seconds = OptionOf.Number(
            "--seconds", "How long each rung is timed at each value.", 0.1, new Interval(0.001, 600));
        Option<string?> output = OptionOf.Text(
            "--output", "FILE.json",
            "Write the device's table there, beside those of other devices in it. " +
            $"{PlanThresholds.Variable}=FILE.json makes every command plan by it.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "tune",
            "Measures from which shapes on a device's higher rungs are the faster ones (`kernels choices` shows what " +
            "is chosen). Other thresholds may mean other kernels and so other last bits.")
        {
            device, filter, seconds, output, json,
        };
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(parsed.GetValue(device)!).RemarkingTo(terminal);
            bool asJson = parsed.GetValue(json);
            string? path = parsed.GetValue(output);
            // Read first: a file that cannot be read is told before minutes of measuring.
            Dictionary<string, PlanThresholds> tables = path is not null && File.Exists(path)
                ? new(PlanThresholds.ReadFile(path))
                : [];
            PlanThresholds table = opened.Thresholds;
            foreach (TunedThreshold one in ThresholdTuner.Run(
                opened, parsed.GetValue(filter), parsed.GetValue(seconds), terminal.Cancellation))
            {
                table = PlanThresholds.All.Single(some => some.Name == one.Name).With(table, one.Measured);
                Print(one, opened, asJson, terminal);
            }

            if (path is not null)
            {
                tables[opened.Info.Name] = table;
                AtomicFile.WriteText(path, PlanThresholds.ToJson(tables));
                if (!asJson)
                {
                    terminal.Line($"written to {path}; {PlanThresholds.Variable}={path} makes commands plan by it");
                }
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn bench tune --device cuda --output thresholds.json",
            "nativecnn bench tune --device opencl --filter matmul --seconds 0.05");
    }

    private static void Print(TunedThreshold one, ComputeDevice device, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Json(
                new ThresholdRecord(one.Name, device.Info.Name, one.Before, one.Measured),
                CliJson.Default.ThresholdRecord);
            return;
        }

        string ratios = string.Join(", ", one.Ratios.Select(some => $"{some.Candidate}: {Show.Rate(some.Ratio)}x"));
        terminal.Line(
            $"{one.Name,-24}  {one.Before,6} -> {one.Measured,6}{(one.IsNever ? " (never)" : "")}  {ratios}");
    }
}
