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

    // The loss of a clip whose own class has a probability of 1/2.
    private const double LeastLoss = 0.693;

    /// <summary>The mistakes that the network is surest of, at most three of two classes.</summary>
    public IReadOnlyList<ReportClip> Mistakes { get; init; } = [];

    /// <summary>How many mistakes there are.</summary>
    public int MistakesInAll { get; init; }

    /// <summary>The clips whose own class is least probable to the network: their labels may be wrong.</summary>
    public IReadOnlyList<ReportClip> Hardest { get; init; } = [];

    /// <summary>How many of the hardest, that are not among the mistakes, can be heard.</summary>
    internal const int MostHeard = 12;

    /// <summary>How many clips have a class that is less probable than all others together.</summary>
    public int HardInAll { get; init; }

    /// <summary>True where sounds and pictures were looked for.</summary>
    public bool HasSounds { get; init; }

    /// <summary>Chooses clips.</summary>
    /// <param name="predictions">What the network says of each.</param>
    /// <param name="entries">The clips, in the same order.</param>
    public static ReportClips Of(ClipPredictions predictions, IReadOnlyList<ClipEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(entries);
        IReadOnlyList<ClipPrediction> clips = predictions.Clips;
        int[] mistakes = [.. Enumerable.Range(0, clips.Count).Where(i => !clips[i].IsRight)];
        int[] hard = [.. Enumerable.Range(0, clips.Count).Where(i => clips[i].Loss > LeastLoss)];
        Dictionary<(int, int), int> shown = [];
        return new ReportClips
        {
            Mistakes =
            [
                .. mistakes.OrderByDescending(i => clips[i].Probability).ThenByDescending(i => clips[i].Loss)
                    .ThenBy(i => i)
                    .Where(i => IsOneOfFew(clips[i])).Take(MostMistakes).Select(Clip),
            ],
            MistakesInAll = mistakes.Length,
            Hardest = [.. hard.OrderByDescending(i => clips[i].Loss).ThenBy(i => i).Take(MostHardest).Select(Clip)],
            HardInAll = hard.Length,
        };

        ReportClip Clip(int i) => new(entries[i], clips[i]);

        bool IsOneOfFew(ClipPrediction clip)
        {
            int count = shown.GetValueOrDefault((clip.Truth, clip.Predicted)) + 1;
            shown[(clip.Truth, clip.Predicted)] = count;
            return count <= MostOfAPair;
        }
    }
}
