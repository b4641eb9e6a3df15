// How often a value has which size, and the range for its whole numbers that follows: the largest numbers of a value
// are rare, and a range up to them makes the steps of all others larger. So the range is taken that keeps the sum of
// squared errors least: numbers within it are half a step off at most, step^2 / 12 on average, those beyond it by
// what they exceed it.
namespace NativeCnn.Tools.Exporting.C.Quantisation;

/// <summary>Counts the numbers of a value by their size: 64 sizes for each power of two.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class ValueHistogram
{
    private const int DroppedBits = 17;
    private const int Candidates = 64;
    private readonly long[] counts = new long[(int)(int.MaxValue >> DroppedBits) + 1];

    /// <summary>The largest size that was counted.</summary>
    public float Largest { get; private set; }

    /// <summary>Counts numbers, which are finite.</summary>
    public void Add(ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
        {
            float size = Math.Abs(number);
            Largest = Math.Max(Largest, size);
            counts[BitConverter.SingleToInt32Bits(size) >> DroppedBits]++;
        }
    }

    /// <summary>The range up to which whole numbers shall reach, above 0 where a number is.</summary>
    /// <param name="most">The largest whole number.</param>
    public float RangeFor(int most)
    {
        (float Size, long Count)[] sizes =
        [
            .. counts.Index().Where(one => one.Item > 0)
                .Select(one => (BitConverter.Int32BitsToSingle(
                    (one.Index << DroppedBits) + (1 << (DroppedBits - 1))), one.Item)),
        ];
        long all = sizes.Sum(one => one.Count);
        float best = Largest;
        double least = double.PositiveInfinity;
        for (int candidate = Candidates; candidate > Candidates / 8; candidate--)
        {
            float range = Largest * candidate / Candidates;
            double error = all * Math.Pow(range / most, 2) / 12;
            for (int i = sizes.Length - 1; i >= 0 && sizes[i].Size > range; i--)
            {
                error += sizes[i].Count * Math.Pow(sizes[i].Size - range, 2);
            }

            (best, least) = error < least ? (range, error) : (best, least);
        }

        return best;
    }
}
