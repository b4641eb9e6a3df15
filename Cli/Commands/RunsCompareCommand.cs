// nativecnn runs compare: two runs on the same clips, and whether one is better by more than chance.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Commands;

internal static class RunsCompareCommand
{
    public static Command Create(Terminal terminal)
    {
        (Argument<string> a, Argument<string> b) = RunArgument.CreatePair();
        Option<string?> data = CommonOptions.Data("Its classes must be among those of both runs.");
        data.Required = true;
        Option<string> part = CommonOptions.Part();
        var reading = new DataOptions();
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> noCache = CommonOptions.NoCache();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "compare",
            "Measures two runs on the same clips: the accuracy of each with its 95 % interval (Wilson), on how many " +
            "clips one alone is right, and by McNemar's test of these whether one is better than chance explains, at " +
            "5 %. Take clips that neither was trained on.")
        {
            a, b, data, part, device, workers, cache, noCache, json,
        };
        reading.AddTo(command);
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(parsed.GetValue(device)!, parsed.GetValue(workers))
                .RemarkingTo(terminal);
            (string first, string second) = (parsed.GetValue(a)!, parsed.GetValue(b)!);
            FeatureCache? kept = CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache));
            using FeatureCache? ofThisCommand = kept is null ? FeatureCache.Temporary() : null;
            bool asJson = parsed.GetValue(json);
            RunComparison found = terminal.OutputIsTerminal && !asJson
                ? LiveBar.During(terminal, bar => Compare((name, done, total) => bar.Show(
                    $"features of {name}", done, total)))
                : Compare(null);
            foreach (string note in found.Notes)
            {
                terminal.Warn([note]);
            }

            if (asJson)
            {
                terminal.Json(RunComparisonRecord.Of(first, second, found), CliJson.Default.RunComparisonRecord);
            }
            else
            {
                Print(first, second, found, terminal);
            }

            return ExitCodes.Done;

            RunComparison Compare(Action<string, int, int>? progress) => RunComparison.Run(
                opened, first, second, parsed.GetValue(data)!, CommonOptions.ToPart(parsed.GetValue(part)), progress,
                kept ?? ofThisCommand, reading.Read(parsed), terminal.Cancellation);
        });
        return command.WithExamples(
            "nativecnn runs compare runs/monday runs/tuesday --data test/",
            "nativecnn runs compare runs/small runs/deep --data fsdd/ --part test --json");
    }

    private static void Print(string first, string second, RunComparison found, Terminal terminal)
    {
        McNemarTest test = found.Test;
        terminal.Table(
            ["", "run", "accuracy", "95 % interval", "right alone"],
            [
                Row("A", first, found.AccuracyOfA, found.IntervalOfA, test.OnlyFirst),
                Row("B", second, found.AccuracyOfB, found.IntervalOfB, test.OnlySecond),
            ],
            leftColumns: 2);
        terminal.Line(
            $"{Show.Count(found.Clips)} clips; McNemar's test of the {Show.Count(test.Discordant)} on which one " +
            $"alone is right: {RunComparisonRecord.MethodOf(test)}");
        terminal.Line(found.Verdict);
    }

    private static string[] Row(string name, string run, double accuracy, WilsonInterval interval, int alone) =>
    [
        name, run, Show.Percent(accuracy),
        $"{Show.Format(interval.Low * 100, "0.0")} to {Show.Percent(interval.High)}", Show.Count(alone),
    ];
}
