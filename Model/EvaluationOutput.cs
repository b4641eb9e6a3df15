// What an evaluation leaves: report.html and predictions.csv.
using System.Globalization;
using System.Text;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model;

/// <summary>Where an evaluation leaves its report and its predictions.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record EvaluationOutput
{
    /// <summary>The folder; it is made where it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>The command that measures, for the report; null for none.</summary>
    public string? Command { get; init; }

    /// <summary><c>report.html</c>, see <see cref="ReportWriter"/>.</summary>
    public string ReportPath => Path.Combine(Folder, "report.html");

    /// <summary>
    /// <c>predictions.csv</c>: a line a clip with its path, its class, the predicted class and the probabilities of all
    /// classes in columns <c>p_{class}</c>; where clips are parts of files, their start and end in seconds.
    /// </summary>
    public string PredictionsPath => Path.Combine(Folder, "predictions.csv");

    /// <summary>Makes the folder, before anything is measured.</summary>
    /// <exception cref="RunException">A file is in its way, it holds a run, or it cannot be made.</exception>
    internal void MakeFolder()
    {
        if (File.Exists(Folder))
        {
            throw new RunException($"the output folder '{Folder}' is a file; give another --output");
        }

        if (File.Exists(Path.Combine(Folder, "config.json")) || FoldsSummary.IsIn(Folder))
        {
            throw new RunException(
                $"the folder '{Folder}' holds a run, whose own report.html would be lost; give another --output");
        }

        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException(
                $"cannot make the output folder '{Folder}': {error.Message} Give another --output.", error);
        }
    }

    /// <summary>Writes both files.</summary>
    internal void Write(
        EvaluationResult result, ClipPredictions predictions, string runFolder, TrainedModel model, ClipSource clips,
        FeatureSet set, SplitPart? part, CancellationToken cancellation)
    {
        AtomicFile.Write(
            PredictionsPath, stream => WritePredictions(stream, predictions, model.Config.Labels, set.Clips));
        UInt128?[] contents = DuplicateClips.ContentsOf(set.Clips, clips.Reader, cancellation);
        RunReport report = new()
        {
            Title = $"{NameOf(runFolder)} measured on {NameOf(clips.DataSet.Source)}",
            Labels = model.Config.Labels,
            MeasuredOn = Html.Counted(set.Count, "clip", "clips") +
                (part is null ? "" : $" of the part {NameOf(part.Value)}"),
            Confusion = result.Confusion,
            Evaluation = result.Report,
            Clips = ReportClips.Of(predictions, set.Clips, model.Config.Labels),
            Duplicates = DuplicateClips.GroupsOf(
                [.. set.Clips.Select(clip => (clip, (SplitPart?)null))], contents),
            Data =
            [
                .. ReportFacts.DataOf(clips.DataSet),
                new("clips measured", Html.Count(set.Count)),
                new("clips that could not be read", Html.Count(set.Skipped.Count)),
                new("run", runFolder),
                new("features", ReportFacts.FeaturesOf(model.Config.Format)),
            ],
            Notes = result.Notes,
            Network = NetworkSummary.Of(model.Network, 1),
            Settings = ReportFacts.SettingsOf(model.Config),
            Machine = ReportFacts.MachineOf(model.Network.Device),
            Command = Command,
        };
        ReportWriter.Write(ReportPath, report with
        {
            Clips = ReportSounds.AddTo(
                report.Clips!, clips.Reader, model.Config.Format, ReportWriter.RoomFor(report)),
        });
    }

    private static string NameOf(SplitPart part) => part.ToString().ToLowerInvariant();

    private static string NameOf(string path) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static void WritePredictions(
        Stream stream, ClipPredictions predictions, IReadOnlyList<string> labels, IReadOnlyList<ClipEntry> clips)
    {
        bool hasParts = clips.Any(clip => clip.Segment is not null);
        using StreamWriter writer = new(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true)
        {
            NewLine = "\n",
        };
        writer.Write(hasParts ? "file,start,end,true,predicted" : "file,true,predicted");
        writer.WriteLine(string.Concat(labels.Select(label => "," + CsvField.Of($"p_{label}"))));
        for (int i = 0; i < clips.Count; i++)
        {
            writer.Write(CsvField.Of(clips[i].RelativePath));
            if (hasParts)
            {
                writer.Write(string.Create(
                    CultureInfo.InvariantCulture, $",{clips[i].Segment?.Start:R},{clips[i].Segment?.End:R}"));
            }

            writer.Write($",{Names(predictions.TruthOf(i))},{Names(predictions.GivenTo(i))}");
            foreach (float probability in predictions.ProbabilitiesOf(i))
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{probability:R}"));
            }

            writer.WriteLine();
        }

        // Several labels as a list names them, none as an empty cell.
        string Names(IReadOnlyList<int> classes) =>
            CsvField.Of(string.Join(predictions.Sets?.Separator ?? ';', classes.Select(one => labels[one])));
    }
}
