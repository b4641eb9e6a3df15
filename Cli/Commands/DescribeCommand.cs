// nativecnn data describe: clips, classes, lengths, formats, splits and damaged files, before anyone trains on them.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Description;

namespace NativeCnn.Cli.Commands;

internal static class DescribeCommand
{
    // Beyond this, training sees so much more of one class than of another that weighing pays.
    private const double ImbalanceToSay = 2;

    // Of more classes, the largest and the smallest are shown.
    private const int MostClasses = 40;

    public static Command Create(Terminal terminal)
    {
        var data = new Argument<string>("DIR|FILE.csv")
        {
            Description = "A data set as `nativecnn train --data` takes it.",
        };
        Option<bool> json = OptionOf.Flag(
            "--json",
            "Print one JSON line: source, reader, clips, readable, seconds, lengths {min, median, p95, max}, " +
            "imbalance, classes [{label, clips, seconds}], sample_rates, channels, formats, parts, folds, groups " +
            "[{group_by, groups, smallest, largest}], background_noise, notes, damaged [{path, reason}].");
        var command = new Command(
            "describe",
            "Says what a data set holds: which reader takes it, its classes, lengths, sample rates and formats, its " +
            "own split and folds, what it can be grouped by, and which files are damaged. A WAV header is enough; " +
            "other formats are decoded.")
        {
            data, json,
        };
        var reading = new DataOptions();
        reading.AddTo(command);
        Option<string> multiLabel = CommonOptions.MultiLabel();
        command.Add(multiLabel);
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!,
            reading.Read(parsed) with { MultiLabel = CommonOptions.ToMultiLabel(parsed.GetValue(multiLabel)) },
            parsed.GetValue(json), terminal));
        return command.WithExamples(
            "nativecnn data describe sounds/",
            "nativecnn data describe ESC-50:esc10",
            "nativecnn data describe list.csv --json");
    }

    private static int Run(string path, DataSetOptions reading, bool json, Terminal terminal)
    {
        DataSet data = DataSetCatalog.Read(path, minimumClasses: 1, options: reading);
        int total = data.Entries.Count;
        DataSetDescription found = terminal.OutputIsTerminal && !json
            ? LiveBar.During(
                terminal,
                bar => DataSetSurveyor.Describe(data, Progress(bar, total), reading.Strict, terminal.Cancellation))
            : DataSetSurveyor.Describe(data, strict: reading.Strict, cancellation: terminal.Cancellation);
        terminal.Cancellation.ThrowIfCancellationRequested();
        if (json)
        {
            terminal.Json(found, CliJson.Default.DataSetDescription);
        }
        else
        {
            terminal.Lines(Lines(found, terminal.Width));
        }

        terminal.Warn(SkippedWarning.Lines(found.Damaged));
        return ExitCodes.Done;
    }

    // Clips are done on several threads; the bar is drawn by one of them at a time.
    private static Action<int> Progress(LiveBar bar, int total)
    {
        Lock drawing = new();
        return done =>
        {
            lock (drawing)
            {
                bar.Show("clips", done, total);
            }
        };
    }

    private static IEnumerable<string> Lines(DataSetDescription found, int? width)
    {
        yield return $"{found.Source}: {found.Reader}, {Clips(found.Clips)} of {Show.Count(found.Classes.Count)} " +
            $"classes, {Duration(found.Seconds)}";
        if (found.Lengths is { } lengths)
        {
            yield return $"lengths      {Show.Seconds(lengths.Min)} to {Show.Seconds(lengths.Max)} s, median " +
                $"{Show.Seconds(lengths.Median)} s, 95 % up to {Show.Seconds(lengths.P95)} s";
            yield return "sample rate  " + Counts(found.SampleRates.Select(one => ($"{one.SampleRate} Hz", one.Clips)));
            yield return "channels     " + Counts(found.Channels.Select(one => ($"{one.Channels}", one.Clips)));
            yield return "format       " + Counts(found.Formats.Select(one => (one.Format, one.Clips)));
        }

        if (found.Parts.Count > 0)
        {
            yield return "own split    " + Counts(found.Parts.Select(one => (one.Part, one.Clips)));
        }

        if (found.Folds.Count > 0)
        {
            yield return "own folds    " + Counts(found.Folds.Select(one => (one.Fold, one.Clips)));
        }

        foreach (GroupSummary one in found.Groups)
        {
            string sizes = one.Smallest == one.Largest ? Clips(one.Smallest)
                : $"{Show.Count(one.Smallest)} to {Clips(one.Largest)}";
            yield return $"--group      {one.GroupBy}: {Show.Count(one.Groups)} groups of {sizes}";
        }

        if (found.BackgroundNoise > 0)
        {
            yield return $"noise        {Show.Count(found.BackgroundNoise)} files of background noise, no class";
        }

        foreach (string note in found.Notes)
        {
            yield return $"note         {note}";
        }

        yield return "";
        IEnumerable<string> table = TextTable.Format(
            ["class", "clips", "share", "seconds"],
            Shown(found.Classes).Select(one => (string[])
            [
                one.Label, Show.Count(one.Clips), Show.Percent((double)one.Clips / found.Clips),
                Show.Seconds(one.Seconds),
            ]),
            width: width);
        foreach (string row in table)
        {
            yield return row;
        }

        if (found.Classes.Count > MostClasses)
        {
            yield return $"the {MostClasses / 2} largest and the {MostClasses / 2} smallest of " +
                $"{Show.Count(found.Classes.Count)} classes; --json lists all";
        }

        yield return "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"imbalance: the largest class has {found.Imbalance:0.0} times the clips of the smallest") +
            (found.Imbalance > ImbalanceToSay ? "; `train --balance-classes` weighs them" : "");
        yield return found.Damaged.Count == 0 ? "every clip can be read"
            : $"{Show.Count(found.Readable)} of {Show.Count(found.Clips)} clips can be read";
    }

    private static IEnumerable<ClassSummary> Shown(IReadOnlyList<ClassSummary> classes)
    {
        if (classes.Count <= MostClasses)
        {
            return classes;
        }

        ClassSummary[] bySize = [.. classes.OrderByDescending(one => one.Clips)];
        return [.. bySize[..(MostClasses / 2)], .. bySize[^(MostClasses / 2)..]];
    }

    private static string Clips(int count) => $"{Show.Count(count)} {(count == 1 ? "clip" : "clips")}";

    private static string Counts(IEnumerable<(string Name, int Clips)> counts)
    {
        (string Name, int Clips)[] all = [.. counts];
        return all.Length == 1 ? all[0].Name
            : string.Join(", ", all.Select(one => $"{one.Name}: {Show.Count(one.Clips)}"));
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 120 => $"{Show.Seconds(seconds)} s",
        < 7200 => $"{Show.Format(seconds / 60, "0.0")} min",
        _ => $"{Show.Format(seconds / 3600, "0.0")} h",
    };
}
