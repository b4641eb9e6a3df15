namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host body of <see cref="ClassificationMeter"/>: too little work for more than the calling thread.
/// </summary>
internal static class ClassificationMeterHost
{
    public static void Add(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, float loss, int classes, MeterTotals totals)
    {
        int correct = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<float> values = logits.Slice(row * classes, classes);
            int best = 0;
            for (int c = 1; c < values.Length; c++)
            {
                best = values[c] > values[best] ? c : best;
            }

            correct += best == targets[row] ? 1 : 0;
        }

        Book(totals, targets.Length, correct, loss);
    }

    /// <summary>Adds so many rows to totals.</summary>
    internal static void Book(MeterTotals totals, int rows, int correct, float loss)
    {
        Span<float> sum = totals.LossSum.Span;
        (sum[0], sum[1]) = MeterTotals.Add(sum[0], sum[1], rows * loss);
        Span<long> counts = totals.Counts.Span;
        counts[0] += correct;
        counts[1] += rows;
        counts[2] += MeterTotals.IsFinite(sum[0]) ? rows : 0;
    }
}
