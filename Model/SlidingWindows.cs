// A clip that is longer than the network's is heard in windows of the network's length, a hop apart, the last one at the
// clip's end. What the windows say is averaged, each by the power of its sound: silence before and behind an event says
// nothing of the event.
namespace NativeCnn.Model;

/// <summary>Where the windows of a clip begin, and how they count.</summary>
internal static class SlidingWindows
{
    // So much more than a window, as a share of it, is not another window: a clip that is a frame longer than the
    // network's is what training heard of it.
    private const double LeastRest = 0.1;

    /// <summary>The first samples of the windows.</summary>
    /// <param name="samples">Samples of the clip.</param>
    /// <param name="window">Samples of a window at the clip's rate.</param>
    /// <param name="hop">Samples from a window to the next; 0 for the first window alone.</param>
    public static IReadOnlyList<int> Of(int samples, double window, double hop)
    {
        if (hop <= 0 || samples - window <= LeastRest * window)
        {
            return [0];
        }

        double last = samples - window;
        int whole = (int)Math.Ceiling(last / hop);
        return [.. Enumerable.Range(0, whole).Select(i => (int)(i * hop)), (int)last];
    }

    /// <summary>What a window counts for: the mean power of its samples.</summary>
    public static double WeightOf(ReadOnlySpan<float> window)
    {
        double sum = 0;
        foreach (float sample in window)
        {
            sum += (double)sample * sample;
        }

        return sum / Math.Max(1, window.Length);
    }

    /// <summary>The mean of probabilities by weight; the plain mean where all weights are 0.</summary>
    /// <param name="probabilities">Those of each window.</param>
    /// <param name="weights">The weight of each.</param>
    public static double[] Combine(IReadOnlyList<float[]> probabilities, IReadOnlyList<double> weights)
    {
        double total = weights.Sum();
        double[] combined = new double[probabilities[0].Length];
        for (int window = 0; window < probabilities.Count; window++)
        {
            double share = total > 0 ? weights[window] / total : 1.0 / probabilities.Count;
            for (int i = 0; i < combined.Length; i++)
            {
                combined[i] += share * probabilities[window][i];
            }
        }

        return combined;
    }
}
