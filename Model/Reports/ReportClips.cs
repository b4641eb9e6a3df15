// Which clips a report shows: the mistakes that the network is surest of, and the clips that it finds hardest.
using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Reports;

/// <summary>The clips that a report shows.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ReportClips
{
    // Enough to hear what goes wrong; how many of them fit is seen when the page is made.
    private const int MostMistakes = 24;

    // One confusion is not to fill the page.
    private const int MostOfAPair = 3;

    private const int MostHardest = 30;

    // The network believes more in something else than in what is so.
    private const double LeastError = 0.5;

    /// <summary>The mistakes that the network is surest of, at most three of two classes.</summary>
    public IReadOnlyList<ReportClip> Mistakes { get; init; } = [];

    /// <summary>How many mistakes there are.</summary>
    public int MistakesInAll { get; init; }

    /// <summary>The clips whose own class is least probable to the network: their labels may be wrong.</summary>
    public IReadOnlyList<ReportClip> Hardest { get; init; } = [];

    /// <summary>How many of the hardest, that are not among the mistakes, can be heard.</summary>
    internal const int MostHeard = 12;

    /// <summary>How many clips have a class, or a label, whose probability is on the wrong side of one half.</summary>
    public int HardInAll { get; init; }

    /// <summary>True where sounds and pictures were looked for.</summary>
    public bool HasSounds { get; init; }

    /// <summary>Whether a clip may have several labels.</summary>
    public bool HasSeveralLabels { get; init; }

    /// <summary>Chooses clips.</summary>
    /// <param name="predictions">What the network says of each.</param>
    /// <param name="entries">The clips, in the same order.</param>
    /// <param name="labels">The classes.</param>
    public static ReportClips Of(
        ClipPredictions predictions, IReadOnlyList<ClipEntry> entries, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(labels);
        IReadOnlyList<ClipPrediction> clips = predictions.Clips;
        int[] mistakes = [.. Enumerable.Range(0, clips.Count).Where(i => !predictions.IsRight(i))];
        int[] hard = [.. Enumerable.Range(0, clips.Count).Where(IsHard)];
        Dictionary<(int, int), int> shown = [];
        return new ReportClips
        {
            Mistakes =
            [
                .. mistakes.OrderByDescending(predictions.ErrorOf).ThenByDescending(i => clips[i].Loss).ThenBy(i => i)
                    .Where(i => IsOneOfFew(clips[i])).Take(MostMistakes).Select(Clip),
            ],
            MistakesInAll = mistakes.Length,
            Hardest = [.. hard.OrderByDescending(i => clips[i].Loss).ThenBy(i => i).Take(MostHardest).Select(Clip)],
            HardInAll = hard.Length,
            HasSeveralLabels = predictions.Sets is not null,
        };

        ReportClip Clip(int i) =>
            new(entries[i], clips[i], Names(predictions.TruthOf(i)), Names(predictions.GivenTo(i)));

        string Names(IReadOnlyList<int> classes) =>
            classes.Count == 0 ? "none" : string.Join(", ", classes.Select(one => labels[one]));

        bool IsHard(int i) => predictions.Sets is null
            ? Math.Exp(-clips[i].Loss) < LeastError
            : predictions.ErrorOf(i) > LeastError;

        bool IsOneOfFew(ClipPrediction clip)
        {
            int count = shown.GetValueOrDefault((clip.Truth, clip.Predicted)) + 1;
            shown[(clip.Truth, clip.Predicted)] = count;
            return count <= MostOfAPair;
        }
    }
}
