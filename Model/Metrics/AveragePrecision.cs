// How well scores rank the clips of a label before the others: the area under precision over recall, as a sum.
//   AP = sum over n of (R_n - R_(n-1)) P_n,  n over the different scores from the highest down,
// P_n and R_n the precision and recall where all clips that score at least the n-th are taken. Clips of the same score
// come together. Source: scikit-learn's average_precision_score, which interpolates nothing either.

namespace NativeCnn.Model.Metrics;

/// <summary>Average precision.</summary>
/// <remarks>Has no state: may be used by several threads at once.</remarks>
public static class AveragePrecision
{
    /// <summary>The average precision of one label.</summary>
    /// <param name="scores">A score a clip, higher for more probable; [clips].</param>
    /// <param name="truths">Whether each clip has the label; as many.</param>
    /// <returns>In (0, 1]; 0 where no clip has the label, as there.</returns>
    /// <exception cref="ArgumentException">There are more or fewer truths than scores.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> truths)
    {
        double sum = 0;
        int before = 0;
        foreach (RankedCut cut in RankedCut.Of(scores, truths))
        {
            sum += (cut.Hits - before) * ((double)cut.Hits / cut.Taken);
            before = cut.Hits;
        }

        return before == 0 ? 0 : sum / before;
    }
}
