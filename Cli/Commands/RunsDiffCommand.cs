// nativecnn runs diff: what two runs were told otherwise, and what came out otherwise.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class RunsDiffCommand
{
    // Longer JSON, such as a list of classes, is shown by its beginning.
    private const int MostShown = 40;

    public static Command Create(Terminal terminal)
    {
        (Argument<string> a, Argument<string> b) = RunArgument.CreatePair();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "diff",
            "Lists the settings that two runs have otherwise, by their place in config.json with every default, and " +
            "the figures that came out otherwise.")
        {
            a, b, json,
        };
        command.SetAction(parsed =>
        {
            var found = RunDifference.Of(parsed.GetValue(a)!, parsed.GetValue(b)!);
            if (parsed.GetValue(json))
            {
                terminal.Json(
                    RunDiffRecord.Of(parsed.GetValue(a)!, parsed.GetValue(b)!, found), CliJson.Default.RunDiffRecord);
            }
            else
            {
                Print(found, terminal);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn runs diff runs/monday runs/tuesday", "nativecnn runs diff runs/monday runs/tuesday --json");
    }

    private static void Print(RunDifference found, Terminal terminal)
    {
        if (found.Settings.Count + found.Metrics.Count == 0)
        {
            terminal.Line("no difference: the same settings and the same figures");
            return;
        }

        if (found.Settings.Count == 0)
        {
            terminal.Line("no difference in the settings");
        }
        else
        {
            terminal.Table(
                ["setting", "A", "B"],
                found.Settings.Select(one => (string[])[one.Path, Cell(one.A), Cell(one.B)]), leftColumns: 3);
        }

        terminal.Line();
        if (found.Metrics.Count == 0)
        {
            terminal.Line("no difference in the figures");
        }
        else
        {
            terminal.Table(
                ["figure", "A", "B"],
                found.Metrics.Select(one => (string[])[one.Name.Replace('_', ' '), Number(one.A), Number(one.B)]));
        }
    }

    private static string Cell(string? value) => value is null ? "-" : LiveLines.Cut(value, MostShown);

    private static string Number(double? value) =>
        value is { } number ? number.ToString("0.######", CultureInfo.InvariantCulture) : "-";
}
