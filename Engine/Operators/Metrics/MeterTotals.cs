// The sums of an epoch, in device memory: added to by every mini-batch, read once.
//   lossSum = high + low     two float32 kept apart (Knuth's two-sum), about 48 bits: 10^6 rows lose nothing that shows
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// What <see cref="ClassificationMeter"/>s add up: the sum of losses, rows that were right, rows. Meters of different
/// batch sizes share one, so that the last, smaller mini-batch of an epoch counts like the others.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MeterTotals
{
    /// <summary>Creates totals of zero.</summary>
    public MeterTotals(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        LossSum = device.Allocate<float>(new Shape(2));
        Counts = device.Allocate<long>(new Shape(3));
    }

    /// <summary>The sum of losses, [2]: high part, low part.</summary>
    internal Tensor<float> LossSum { get; }

    /// <summary>Rows that were right, rows, rows before the first loss that is not finite: [3].</summary>
    internal Tensor<long> Counts { get; }

    /// <summary>
    /// Rows up to the first mini-batch whose loss is not finite, without it; all rows where there is none. After all
    /// work given to the device is done.
    /// </summary>
    public long RowsBeforeNonFinite => Counts.ToArray()[2];

    /// <summary>Back to zero, in stream order.</summary>
    public void Reset()
    {
        LossSum.Clear();
        Counts.Clear();
    }

    /// <summary>The totals, after all work given to the device is done.</summary>
    public (double LossSum, long Correct, long Rows) Read()
    {
        float[] sum = LossSum.ToArray();
        long[] counts = Counts.ToArray();
        return ((double)sum[0] + sum[1], counts[0], counts[1]);
    }

    /// <summary>Whether a sum is finite, by its exponent: comparisons with NaN are not safe everywhere.</summary>
    internal static bool IsFinite(float sum) => (Interop.FloatAsInt(sum) & 0x7F80_0000u) != 0x7F80_0000u;

    /// <summary>high + low += value, exact to the rounding of low.</summary>
    internal static (float High, float Low) Add(float high, float low, float value)
    {
        float sum = high + value;
        float shadow = sum - high;
        float error = (high - (sum - shadow)) + (value - shadow);
        low += error;
        float normal = sum + low;
        return (normal, low - (normal - sum));
    }
}
