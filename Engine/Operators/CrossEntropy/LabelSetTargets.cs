// Which labels are true of the rows of a mini-batch, where a clip may have several. A data set has few sets of labels
// beside its clips: a row names its set, and the sets lie on the device as bits, label c of a set in bit c % 32 of its
// word c / 32. sets is [S, words], rows [rows] with numbers of sets, y [rows, classes]. With label smoothing s and,
// where clips were mixed, the second set of a row and its share m:
//   y_c = (1 - s) ((1 - m) [c is in the row's set] + m [c is in the second set]) + s / 2
// Smoothing draws a target towards one half, as the label_smoothing of Keras's BinaryCrossentropy does. y is assigned.
// There is no backward pass: targets have no gradient.
// Portable: a thread an element. Host: a row after the other, by the calling thread.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The targets of <see cref="SigmoidCrossEntropy"/> from the label sets of rows. Every row must name a set: the host
/// body throws otherwise, a portable kernel takes such a row for one without labels.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class LabelSetTargets
{
    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly float labelSmoothing;
    private readonly Kernel<Args> fill;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch, at least one.</param>
    /// <param name="classes">Labels that there are, at least one.</param>
    /// <param name="labelSmoothing">How far targets are drawn towards one half, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public LabelSetTargets(ComputeDevice device, int rows, int classes, float labelSmoothing = 0f)
    {
        ArgumentNullException.ThrowIfNull(device);
        CrossEntropyTensors.ExpectPlan(rows, classes, labelSmoothing);

        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        this.labelSmoothing = labelSmoothing;
        fill = device.Load<Args>(Expand);
    }

    /// <summary>Words of 32 bits that a set of so many labels takes.</summary>
    public static int WordsOf(int classes) => (classes + 31) / 32;

    /// <summary>y = the targets.</summary>
    /// <param name="sets">[S, words], see <see cref="WordsOf"/>.</param>
    /// <param name="rows">The set of each row, [rows], in [0, S).</param>
    /// <param name="y">[rows, classes], assigned.</param>
    /// <param name="mixed">The sets that the rows were mixed with, or null where nothing was.</param>
    /// <exception cref="ArgumentException">A shape is not as planned, or a row names no set (host).</exception>
    public void Fill(Tensor<int> sets, Tensor<int> rows, Tensor<float> y, MixedTargets? mixed = null)
    {
        ArgumentNullException.ThrowIfNull(sets);
        int words = WordsOf(rowsByClasses[1]);
        if (sets.Shape.Rank != 2 || sets.Shape[1] != words)
        {
            throw new ArgumentException(
                $"label sets of {words} words a row were expected, {sets.Shape} came", nameof(sets));
        }

        rows.ExpectLength(rowsByClasses[0]);
        y.Expect(rowsByClasses);
        mixed?.Targets.ExpectLength(rowsByClasses[0]);
        mixed?.Shares.ExpectLength(rowsByClasses[0]);
        if (device.IsHost)
        {
            OnHost(
                sets.Span, rows.Span, y.Span, mixed is null ? default : mixed.Targets.Span,
                mixed is null ? default : mixed.Shares.Span);
        }
        else
        {
            // The shares' view only has to be a valid one where there are none.
            fill.LaunchOver(y.Length, new Args(
                sets.View, rows.View, (mixed?.Targets ?? rows).View, (mixed?.Shares ?? y).View, y.View,
                sets.Shape[0], rowsByClasses[1], words, labelSmoothing, mixed is null ? 0 : 1));
        }
    }

    internal static void Expand(Args a)
    {
        int length = (int)a.Y.Length;
        for (int i = Grid.GlobalLinearIndex; i < length; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Classes;
            int c = i - (row * a.Classes);
            float share = a.Mixed != 0 ? a.SecondShares[row] : 0f;
            float target = (1f - share) * In(a, a.Rows[row], c);
            target += a.Mixed != 0 ? share * In(a, a.SecondRows[row], c) : 0f;
            a.Y[i] = ((1f - a.LabelSmoothing) * target) + (0.5f * a.LabelSmoothing);
        }
    }

    private static float In(Args a, int set, int c)
    {
        bool isSet = set >= 0 && set < a.SetCount;
        int word = a.Sets[((isSet ? set : 0) * a.Words) + (c / 32)];
        return isSet && ((word >> (c % 32)) & 1) != 0 ? 1f : 0f;
    }

    private void OnHost(
        ReadOnlySpan<int> sets, ReadOnlySpan<int> rows, Span<float> y, ReadOnlySpan<int> seconds,
        ReadOnlySpan<float> shares)
    {
        int classes = rowsByClasses[1];
        int words = WordsOf(classes);
        for (int row = 0; row < rows.Length; row++)
        {
            ReadOnlySpan<int> first = SetOf(sets, words, row, rows[row]);
            ReadOnlySpan<int> second = seconds.IsEmpty ? first : SetOf(sets, words, row, seconds[row]);
            float share = seconds.IsEmpty ? 0f : shares[row];
            for (int c = 0; c < classes; c++)
            {
                float target = ((1f - share) * Bit(first, c)) + (seconds.IsEmpty ? 0f : share * Bit(second, c));
                y[(row * classes) + c] = ((1f - labelSmoothing) * target) + (0.5f * labelSmoothing);
            }
        }
    }

    private static ReadOnlySpan<int> SetOf(ReadOnlySpan<int> sets, int words, int row, int set) =>
        (uint)set < (uint)(sets.Length / words)
            ? sets.Slice(set * words, words)
            : throw new ArgumentException(
                $"row {row} names the label set {set}, but there are sets 0 to {(sets.Length / words) - 1}",
                nameof(set));

    private static float Bit(ReadOnlySpan<int> set, int c) => (set[c / 32] >> (c % 32)) & 1;

    internal readonly record struct Args(
        ArrayView<int> Sets, ArrayView<int> Rows, ArrayView<int> SecondRows, ArrayView<float> SecondShares,
        ArrayView<float> Y, int SetCount, int Classes, int Words, float LabelSmoothing, int Mixed);
}
