// From which probability on a label is held to be true: the threshold of the highest F1 over the validation clips.

namespace NativeCnn.Model.Metrics;

/// <summary>Tunes the threshold of one label.</summary>
/// <remarks>Has no state: may be used by several threads at once.</remarks>
public static class F1Threshold
{
    /// <summary>The threshold of a label that no clip has, which nothing tunes.</summary>
    public const float Untuned = 0.5f;

    /// <summary>
    /// The threshold of the highest F1, halfway between two probabilities; of several the one nearest to one half.
    /// </summary>
    /// <param name="probabilities">[clips], in [0, 1].</param>
    /// <param name="truths">Whether each clip has the label; as many.</param>
    /// <exception cref="ArgumentException">There are more or fewer truths than probabilities.</exception>
    public static float Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> truths)
    {
        int there = truths.Count(true);
        float best = Untuned;
        double bestF1 = 0;
        foreach (RankedCut cut in RankedCut.Of(probabilities, truths))
        {
            double f1 = 2.0 * cut.Hits / (cut.Taken + there);
            float threshold = Between(cut);
            if (f1 > bestF1 || (f1 > 0 && f1 == bestF1 && Math.Abs(threshold - 0.5f) < Math.Abs(best - 0.5f)))
            {
                (best, bestF1) = (threshold, f1);
            }
        }

        return best;
    }

    // What is taken reaches it, what is not stays below, though the two be neighbours among floats.
    private static float Between(RankedCut cut)
    {
        float middle = (cut.Score + Math.Max(cut.Next, 0)) / 2;
        return middle > cut.Next ? middle : cut.Score;
    }
}
