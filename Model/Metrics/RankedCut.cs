namespace NativeCnn.Model.Metrics;

/// <summary>What is taken where all clips down to a score are.</summary>
/// <param name="Score">The lowest score that is taken.</param>
/// <param name="Next">The highest that is not; minus infinity where all are taken.</param>
/// <param name="Taken">How many clips are taken.</param>
/// <param name="Hits">How many of them have the label.</param>
internal readonly record struct RankedCut(float Score, float Next, int Taken, int Hits)
{
    /// <summary>A cut below each different score, from the highest down.</summary>
    /// <param name="scores">[clips].</param>
    /// <param name="truths">[clips].</param>
    /// <exception cref="ArgumentException">There are more or fewer truths than scores.</exception>
    public static RankedCut[] Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> truths)
    {
        if (scores.Length != truths.Length)
        {
            throw new ArgumentException($"Expected {scores.Length} truths; got {truths.Length}.", nameof(truths));
        }

        float[] ranked = scores.ToArray();
        bool[] hits = truths.ToArray();
        Array.Sort(ranked, hits);
        List<RankedCut> cuts = [];
        int found = 0;
        for (int place = ranked.Length - 1; place >= 0; place--)
        {
            found += hits[place] ? 1 : 0;
            float next = place == 0 ? float.NegativeInfinity : ranked[place - 1];
            if (next < ranked[place])
            {
                cuts.Add(new RankedCut(ranked[place], next, ranked.Length - place, found));
            }
        }

        return [.. cuts];
    }
}
