// nativecnn predict: which class each sound belongs to.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Features.Audio;
using NativeCnn.Model;
using NativeCnn.Model.Data;

namespace NativeCnn.Cli.Commands;

internal static class PredictCommand
{
    private const string StandardInput = "-";

    private const string Unknown = "unknown";

    public static Command Create(Terminal terminal)
    {
        Argument<string> run = RunArgument.CreateForSeveral();
        var files = new Argument<string[]>("FILE")
        {
            Description =
                "Sound files of any sample rate and length; folders, with all sounds below them; lists: .csv, .tsv or " +
                ".jsonl with a column of paths, .txt or .m3u with a path a line; - for a sound on standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> top = OptionOf.Integer("--top", "How many of the most probable classes to list.", 3, 1, 1_000_000);
        Option<double?> windows = OptionOf.Number(
            "--windows", "HOP",
            "Seconds from a window to the next in sounds that are longer than the run's clips; the probabilities of " +
            "the windows are averaged, each by the power of its sound. 0 hears the beginning alone. Without it, half " +
            "of a clip.",
            new Interval(0, 3600));
        Option<double?> threshold = OptionOf.Number(
            "--threshold", "P",
            $"Below this probability the answer is '{Unknown}'. Of a run whose clips may have several labels: the " +
            "labels are those from this probability on, in place of the thresholds that were tuned for each.",
            new Interval(0, 1));
        Option<string?> pathColumn = CommonOptions.PathColumn();
        Option<string?> encoding = CommonOptions.Encoding();
        Option<string> device = CommonOptions.Device();
        Option<bool> strict = CommonOptions.Strict();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "predict",
            "Classifies sounds, a line a file. A file that cannot be read gives a line on standard error and, at the " +
            "end, exit code 2; the others go on.")
        {
            run, files, top, windows, threshold, pathColumn, encoding, device, strict, json,
        };
        command.SetAction(parsed =>
        {
            var request = new Request(
                parsed.GetValue(top), parsed.GetValue(windows), parsed.GetValue(threshold), parsed.GetValue(json),
                new DataSetOptions
                {
                    PathColumn = parsed.GetValue(pathColumn),
                    Encoding = parsed.GetValue(encoding),
                    Strict = parsed.GetValue(strict),
                });
            using Classifier classifier = Classifier.Load(parsed.GetValue(run)!, parsed.GetValue(device)!);
            classifier.Device.RemarkingTo(terminal);
            return Run(classifier, parsed.GetValue(files)!, request, terminal);
        });
        return command.WithExamples(
            "nativecnn predict runs/sounds seven.wav",
            "nativecnn predict runs/sounds new/ --top 1 --json",
            "nativecnn predict runs/sounds concert.flac --windows 0.5 --threshold 0.6",
            "ffmpeg -i film.mp4 -f wav - | nativecnn predict runs/sounds -");
    }

    private static int Run(Classifier classifier, string[] given, Request request, Terminal terminal)
    {
        int exitCode = ExitCodes.Done;
        List<ClipRemark> remarks = [];
        List<double> longer = [];
        foreach (string file in given.SelectMany(FilesOf))
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            try
            {
                Prediction prediction = Predict(classifier, file, request, terminal);
                Print(file, prediction, request, terminal);
                if (prediction.Remark is { } remark)
                {
                    remarks.Add(new ClipRemark(file, remark));
                }

                if (prediction.Seconds > classifier.ClipSeconds && (prediction.Windows.Count > 1 || request.Hop == 0))
                {
                    longer.Add(prediction.Seconds);
                }
            }
            catch (AudioFormatException error)
            {
                terminal.Complain(error.Message);
                exitCode = ExitCodes.BadInput;
            }
        }

        foreach (string line in ClipRemark.Lines(remarks).Concat(NoteOn(longer, classifier.ClipSeconds, request.Hop)))
        {
            terminal.Warn([line]);
        }

        return exitCode;

        IReadOnlyList<string> FilesOf(string one)
        {
            try
            {
                return one == StandardInput ? [one] : SoundPaths.Of(one, request.Lists, line => terminal.Warn([line]));
            }
            catch (DataSetException error)
            {
                terminal.Complain(error.Message);
                exitCode = ExitCodes.BadInput;
                return [];
            }
        }
    }

    private static Prediction Predict(Classifier classifier, string file, Request request, Terminal terminal)
    {
        if (file != StandardInput)
        {
            return classifier.Predict(file, request.Lists.Strict, request.Hop);
        }

        const string name = "standard input";
        using var bytes = new MemoryStream();
        (terminal.Input ?? Console.OpenStandardInput()).CopyTo(bytes);
        AudioClip clip = AudioFile.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), name);
        if (request.Lists.Strict)
        {
            AudioRemark.RefuseCutShort(clip.Remark, name);
        }

        return classifier.Predict(clip, name, request.Hop);
    }

    /// <summary>What a user is told of sounds that are longer than the network's clips.</summary>
    private static IEnumerable<string> NoteOn(List<double> longer, double clipSeconds, double? hop)
    {
        if (longer.Count == 0)
        {
            yield break;
        }

        string sounds = longer.Count == 1 ? "1 sound is" : $"{Show.Count(longer.Count)} sounds are";
        string length = clipSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        string step = (hop ?? (clipSeconds / 2)).ToString("0.###", CultureInfo.InvariantCulture);
        yield return $"{sounds} longer than the run's clips of {length} s: " + (hop == 0
            ? "only the beginning was heard"
            : $"heard in windows {step} s apart, their probabilities averaged by the power of each (--windows)");
    }

    private static void Print(string file, Prediction prediction, Request request, Terminal terminal)
    {
        IReadOnlyList<string>? labels = prediction.Labels is null || request.Threshold is not { } from
            ? prediction.Labels
            : [.. prediction.Ranked.Where(one => one.Probability >= from).Select(one => one.Label)
                .Order(StringComparer.Ordinal)];
        LabelProbability[] first = [.. prediction.Ranked.Take(request.Top)];
        bool isKnown = labels is not null || !(prediction.Probability < request.Threshold);
        if (request.Json)
        {
            terminal.Json(
                new PredictionRecord(
                    file, isKnown ? prediction.Label : Unknown, prediction.Probability,
                    [.. first.Select(one => new ProbabilityRecord(one.Label, one.Probability))],
                    labels,
                    prediction.Windows.Count < 2 ? null
                        : [.. prediction.Windows.Select(one => new WindowRecord(one.Start, one.Label, one.Probability))]),
                CliJson.Default.PredictionRecord);
            return;
        }

        IEnumerable<string> ranked = first.Select(one => $"{one.Label} {Show.Percent(one.Probability)}");
        string answer = labels is { Count: > 0 } ? $"{string.Join(" + ", labels)}; "
            : labels is not null ? "no label; "
            : isKnown ? "" : $"{Unknown}; ";
        terminal.Line($"{file}: {answer}{string.Join(", ", ranked)}");
    }

    /// <summary>What was asked for.</summary>
    private sealed record Request(int Top, double? Hop, double? Threshold, bool Json, DataSetOptions Lists);
}
