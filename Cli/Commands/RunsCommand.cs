// nativecnn runs: the trainings that were done, how two of them differ, and which is the better one.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class RunsCommand
{
    private static readonly (string Name, Func<RunSummary, IComparable?> Key, bool IsDescending)[] Orders =
    [
        ("date", run => run.Date, true),
        ("name", run => run.Name, false),
        ("data", run => DataOf(run), false),
        ("network", run => run.Network, false),
        ("parameters", run => run.Parameters, false),
        ("accuracy", run => run.Accuracy, true),
        ("loss", run => run.Loss, false),
        ("epochs", run => run.Epochs, true),
        ("seconds", run => run.Seconds, true),
        ("state", run => run.State, false),
    ];

    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "The folder that holds run folders.",
            DefaultValueFactory = _ => "runs",
        };
        Option<string> sort = OptionOf.Choice(
            "--sort", "What the runs are sorted by: the newest, the most accurate, the longest first, the least loss.",
            Orders[0].Name, [.. Orders.Select(one => one.Name)]);
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "runs",
            "Lists the runs of a folder: date, data, network, parameters, validation accuracy of the epoch that was " +
            "kept, epochs, seconds, and whether it is finished, interrupted, running, diverged or damaged. Folds are " +
            "one line, with their mean accuracy.")
        {
            folder, sort, json,
            RunsDiffCommand.Create(terminal),
            RunsCompareCommand.Create(terminal),
        };
        command.SetAction(parsed =>
        {
            var list = RunList.Of(parsed.GetValue(folder)!);
            RunSummary[] runs = [.. Sorted(list.Runs, parsed.GetValue(sort)!)];
            if (parsed.GetValue(json))
            {
                foreach (RunSummary run in runs)
                {
                    terminal.Json(RunRecord.Of(run), CliJson.Default.RunRecord);
                }
            }
            else
            {
                Print(runs, parsed.GetValue(folder)!, terminal);
            }

            if (list.Others.Count > 0)
            {
                terminal.Warn(
                [
                    (list.Others.Count == 1 ? "1 folder is no run: " : $"{list.Others.Count} folders are no runs: ") +
                    string.Join(", ", list.Others.Take(3)) + (list.Others.Count > 3 ? ", ..." : ""),
                ]);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn runs",
            "nativecnn runs experiments/ --sort accuracy",
            "nativecnn runs diff runs/monday runs/tuesday",
            "nativecnn runs compare runs/monday runs/tuesday --data test/");
    }

    // What has no figure comes last, whatever the direction.
    private static IEnumerable<RunSummary> Sorted(IEnumerable<RunSummary> runs, string by)
    {
        (_, Func<RunSummary, IComparable?> key, bool isDescending) = Orders.First(one => one.Name == by);
        IOrderedEnumerable<RunSummary> known = runs.OrderBy(run => key(run) is null);
        return isDescending ? known.ThenByDescending(key) : known.ThenBy(key);
    }

    private static void Print(RunSummary[] runs, string folder, Terminal terminal)
    {
        if (runs.Length == 0)
        {
            terminal.Line($"there is no run in {folder}; `nativecnn train` leaves one");
            return;
        }

        terminal.Table(
            ["run", "date", "data", "network", "state", "parameters", "accuracy", "epochs", "seconds"],
            runs.Select(run => (string[])
            [
                run.Name, run.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), DataOf(run) ?? "-",
                run.Network ?? "-", WordOf(run.State), run.Parameters is { } parameters ? Show.Count(parameters) : "-",
                run.MeanAveragePrecision is { } map ? $"mAP {Show.Share(map)}"
                    : run.Accuracy is { } accuracy ? Show.Percent(accuracy) : "-",
                run.Planned is { } planned ? $"{run.Epochs}/{planned}" : $"{run.Epochs}", Show.Seconds(run.Seconds),
            ]),
            leftColumns: 5, "seconds", "epochs", "date", "parameters", "data");
        foreach (RunSummary run in runs.Where(run => run.Folds > 0 || run.Why is not null))
        {
            string folds = run.Folds > 0 ? $"mean of {run.Folds} folds after the last epoch" : "";
            string why = run.Why is { } reason ? $"{WordOf(run.State)}, {reason}" : "";
            terminal.Line($"{run.Name}: {string.Join("; ", new[] { folds, why }.Where(text => text.Length > 0))}");
        }
    }

    private static string? DataOf(RunSummary run) => run.Data is { } data
        ? Path.GetFileName(Path.TrimEndingDirectorySeparator(data))
        : run.Network is null ? null
        : "built-in";

    internal static string WordOf(RunState state) => state.ToString().ToLowerInvariant();
}
