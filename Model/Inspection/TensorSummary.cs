// The numbers that tell what a tensor is like, in one pass: sums in float64 over lanes of a fixed number, so that the
// result has the same bits whatever the processor and the number of workers.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NativeCnn.Model.Inspection;

/// <summary>What the values of a tensor are like. Those that are not finite are counted, and in nothing else.</summary>
/// <remarks>Immutable: may be shared between threads while nobody changes the histogram.</remarks>
/// <param name="Count">How many values there are.</param>
/// <param name="NonFinite">How many of them are NaN or infinite.</param>
/// <param name="Zeros">The share of them that is 0, in [0, 1].</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, sqrt(mean of squares - squared mean).</param>
/// <param name="Rms">Their root mean square.</param>
/// <param name="Min">The least.</param>
/// <param name="Max">The largest.</param>
/// <param name="Histogram">
/// How many lie in each of <see cref="Bins"/> equal parts from the least to the largest.
/// </param>
/// <param name="Every">
/// The histogram is of every so-many-th value, a prime number, so that it falls into step with no row of the tensor;
/// 1 for all of them.
/// </param>
public sealed record TensorSummary(
    int Count, int NonFinite, float Zeros, float Mean, float Deviation, float Rms, float Min, float Max,
    IReadOnlyList<int> Histogram, int Every)
{
    /// <summary>Parts of a histogram.</summary>
    public const int Bins = 32;

    // More would cost time and change no picture.
    private const int MostInHistogram = 1 << 13;

    /// <summary>Summarises values.</summary>
    public static TensorSummary Of(ReadOnlySpan<float> values)
    {
        Moments moments = OfFinite(values);
        if (!double.IsFinite(moments.Squares))
        {
            moments = OneByOne(values);
        }

        int finite = values.Length - moments.NonFinite;
        if (finite == 0)
        {
            return new TensorSummary(values.Length, moments.NonFinite, 0, 0, 0, 0, 0, 0, new int[Bins], 1);
        }

        double mean = moments.Sum / finite;
        double square = moments.Squares / finite;
        int every = EveryOf(values.Length);
        return new TensorSummary(
            values.Length, moments.NonFinite, (float)moments.Zeros / finite, (float)mean,
            (float)Math.Sqrt(Math.Max(0, square - (mean * mean))), (float)Math.Sqrt(square), moments.Min, moments.Max,
            HistogramOf(values, moments.Min, moments.Max, every), every);
    }

    /// <summary>The norm of b - a by that of a; null where a is all 0.</summary>
    /// <param name="a">Values before.</param>
    /// <param name="b">As many after.</param>
    internal static float? RelativeChange(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<double> changes = default;
        Vector256<double> squares = default;
        ReadOnlySpan<Vector256<float>> before = MemoryMarshal.Cast<float, Vector256<float>>(a);
        ReadOnlySpan<Vector256<float>> after = MemoryMarshal.Cast<float, Vector256<float>>(b);
        for (int i = 0; i < before.Length; i++)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(before[i]);
            (Vector256<double> newLow, Vector256<double> newHigh) = Vector256.Widen(after[i]);
            (newLow, newHigh) = (newLow - low, newHigh - high);
            changes += (newLow * newLow) + (newHigh * newHigh);
            squares += (low * low) + (high * high);
        }

        double change = Vector256.Sum(changes);
        double square = Vector256.Sum(squares);
        for (int i = before.Length * Vector256<float>.Count; i < a.Length; i++)
        {
            double difference = (double)b[i] - a[i];
            change += difference * difference;
            square += (double)a[i] * a[i];
        }

        float ratio = (float)Math.Sqrt(change / square);
        return float.IsFinite(ratio) ? ratio : null;
    }

    /// <summary>All sums, which hold where all values are finite: else that of the squares is not.</summary>
    private static Moments OfFinite(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        (Vector256<double> sumLow, Vector256<double> sumHigh) = (default, default);
        (Vector256<double> squaresLow, Vector256<double> squaresHigh) = (default, default);
        Vector256<float> least = Vector256.Create(float.PositiveInfinity);
        Vector256<float> largest = Vector256.Create(float.NegativeInfinity);
        Vector256<int> zeros = default;
        foreach (Vector256<float> one in vectors)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(one);
            sumLow += low;
            sumHigh += high;
            squaresLow += low * low;
            squaresHigh += high * high;
            least = Vector256.MinNative(least, one);
            largest = Vector256.MaxNative(largest, one);
            zeros -= Vector256.Equals(one, Vector256<float>.Zero).AsInt32();
        }

        var moments = new Moments
        {
            Sum = Vector256.Sum(sumLow + sumHigh),
            Squares = Vector256.Sum(squaresLow + squaresHigh),
            Zeros = Vector256.Sum(zeros),
            Min = float.PositiveInfinity,
            Max = float.NegativeInfinity,
        };
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
        {
            moments.Min = MathF.Min(moments.Min, least[lane]);
            moments.Max = MathF.Max(moments.Max, largest[lane]);
        }

        foreach (float value in values[(vectors.Length * Vector256<float>.Count)..])
        {
            moments.Add(value);
        }

        return moments;
    }

    private static Moments OneByOne(ReadOnlySpan<float> values)
    {
        var moments = new Moments { Min = float.PositiveInfinity, Max = float.NegativeInfinity };
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                moments.Add(value);
            }
            else
            {
                moments.NonFinite++;
            }
        }

        return moments;
    }

    private static int[] HistogramOf(ReadOnlySpan<float> values, float min, float max, int every)
    {
        int[] counts = new int[Bins];
        double scale = max > min ? Bins / ((double)max - min) : 0;
        for (int i = 0; i < values.Length; i += every)
        {
            float value = values[i];
            if (float.IsFinite(value))
            {
                counts[Math.Min(Bins - 1, (int)(((double)value - min) * scale))]++;
            }
        }

        return counts;
    }

    /// <summary>1, or the first prime number that leaves few enough values.</summary>
    private static int EveryOf(int count)
    {
        int every = Math.Max(1, (count + MostInHistogram - 1) / MostInHistogram);
        for (int divisor = 2; divisor * divisor <= every; divisor++)
        {
            if (every % divisor == 0)
            {
                every++;
                divisor = 1;
            }
        }

        return every;
    }

    private struct Moments
    {
        public double Sum;
        public double Squares;
        public int Zeros;
        public int NonFinite;
        public float Min;
        public float Max;

        public void Add(float value)
        {
            Sum += value;
            Squares += (double)value * value;
            Zeros += value == 0 ? 1 : 0;
            Min = MathF.Min(Min, value);
            Max = MathF.Max(Max, value);
        }
    }
}
