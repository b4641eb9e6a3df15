// nativecnn bench data: how long it takes from people's files to features.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchDataCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string?> data = CommonOptions.Data("");
        data.Required = true;
        Option<string> features = CommonOptions.Features();
        Option<string> memory = CommonOptions.FeatureMemory();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> noCache = CommonOptions.NoCache();
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "data",
            "From files to features, once: listed, read, decoded, computed, kept. A second time it finds them in the " +
            "cache.")
        {
            data, features, memory, cache, noCache, device, workers, json,
        };
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(parsed.GetValue(device)!, parsed.GetValue(workers))
                .RemarkingTo(terminal);
            string chain = parsed.GetValue(features)!;
            string place = parsed.GetValue(memory)!;
            var choices = new TrainingInputOptions
            {
                Features = FeatureChoice.Named(chain),
                Training = new TrainingOptions(),
                NameOf = name => $"--{name}",
            };
            bool asJson = parsed.GetValue(json);
            DataMeasurement measured = terminal.OutputIsTerminal && !asJson
                ? LiveBar.During(terminal, bar => Measure((done, total) => bar.Show("features", done, total)))
                : Measure(done: null);
            Print(measured, opened, chain, place, asJson, terminal);
            return ExitCodes.Done;

            DataMeasurement Measure(Action<int, int>? done) => DataThroughput.Measure(
                opened, parsed.GetValue(data)!, choices, CommonOptions.ToFeatureMemory(place),
                CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)), done, terminal.Cancellation);
        });
        return command.WithExamples(
            "nativecnn bench data --data speech_commands/ --no-cache",
            "nativecnn bench data --data recordings/ --feature-memory disk --json");
    }

    private static void Print(
        DataMeasurement measured, ComputeDevice device, string features, string memory, bool json, Terminal terminal)
    {
        double seconds = measured.ListSeconds + measured.FeatureSeconds;
        if (json)
        {
            terminal.Json(
                new DataBenchRecord(
                    $"data/{features}", device.Info.Selector, device.Workers.Count, memory, measured.Clips,
                    measured.Skipped, measured.Cached, measured.ListSeconds, measured.FeatureSeconds,
                    measured.Clips / seconds, measured.AudioSeconds / seconds, measured.PeakMebibytes),
                CliJson.Default.DataBenchRecord);
            return;
        }

        string skipped = measured.Skipped > 0 ? $", {Show.Count(measured.Skipped)} could not be read" : "";
        terminal.Line(
            $"data/{features} on {device.Info.Selector}: {Show.Count(measured.Clips)} clips, " +
            $"{Show.Count(measured.Cached)} of them from the cache{skipped}: listed in " +
            $"{Show.Rate(measured.ListSeconds)} s, features in {Show.Rate(measured.FeatureSeconds)} s: " +
            $"{Show.Count(measured.Clips / seconds)} clips/s, {Show.Count(measured.AudioSeconds / seconds)} x real " +
            $"time, {Show.Count(measured.PeakMebibytes)} MiB at most");
    }
}
