// A convolution as the matrix product that rungs 2 and up compute; its right factor S is never written ("implicit
// GEMM"). For each group of channels:
//   target[b, m, p]      = bias[m] + sum over i = (c, r) of W[m, i] S[i, (b, p)]
//   S[(c, r), (b, p)]    = source[b, c, (p step + first + r tapStep) / divisor]       0 where there is no such step
// forward:               m a filter,  c a channel, source x,  step stride, first -padding, tapStep  dilation, divisor 1
// gradient of the input: m a channel, c a filter,  source dY, step 1,      first  padding, tapStep -dilation, divisor
// stride: for stride 1 a convolution with the taps reversed.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What the tiled kernels of <see cref="Conv1d"/> and <see cref="ConvReluPool"/> take.</summary>
internal readonly struct ConvolutionArgs
{
    /// <summary>Terms that are summed up before they are added to the target: long sums keep their digits.</summary>
    public const int BlockTerms = 1024;

    /// <summary>A time step before all others, whatever tap or column is added to it.</summary>
    public const int Never = int.MinValue / 2;

    public readonly ArrayView<float> Weight;
    public readonly ArrayView<float> Source;
    public readonly ArrayView<float> Bias;    // Never read without HasBias.
    public readonly ArrayView<float> Target;
    public readonly ArrayView<int> ArgMax;    // Never written without HasArgMax.
    public readonly int Groups;
    public readonly int Rows;                 // m of one group.
    public readonly int Channels;             // c of one group.
    public readonly int Taps;
    public readonly int Terms;                // i of one group: c times taps.
    public readonly QuotientRemainder By4;    // So many terms in channels and taps: a kernel's steps.
    public readonly QuotientRemainder By8;
    public readonly QuotientRemainder By16;
    public readonly int WeightGroup;          // From one group's weights to the next's.
    public readonly int WeightRow;            // From W[m, i] to W[m + 1, i].
    public readonly int WeightChannel;        // From a channel's first tap to the next one's.
    public readonly int WeightInFloat4;        // Terms 4 i to 4 i + 3 are neighbours at a multiple of 16 bytes.
    public readonly int SourceLength;
    public readonly int Step;
    public readonly int First;
    public readonly int TapStep;
    public readonly int Divisor;
    public readonly int Positions;            // p of one clip.
    public readonly int Present;              // Those that are there: Positions, or 1 less where ceil mode pools.
    public readonly int Columns;              // (b, p).
    public readonly int TargetLength;
    public readonly int HasBias;
    public readonly int Relu;
    public readonly int Pool;                 // 1: two neighbouring p become one, the larger; Positions is even.
    public readonly int HasArgMax;
    public readonly int Zero;                 // Nothing but 0; but ILGPU does not know.

    private ConvolutionArgs(
        Conv1dShape shape, bool ofInput, Tensor<float> source, Tensor<float> weight, Tensor<float>? bias,
        Tensor<float> target, Tensor<int>? argMax, bool relu, Pool1dShape? pool)
    {
        int weightsOfFilter = shape.GroupChannels * shape.Taps;
        Weight = weight.View;
        Source = source.View;
        Bias = bias?.View ?? weight.View;
        Target = target.View;
        ArgMax = argMax?.View ?? target.View.Cast<int>();
        Groups = shape.Groups;
        Taps = shape.Taps;
        By4 = QuotientRemainder.Of(4, Taps);
        By8 = QuotientRemainder.Of(8, Taps);
        By16 = QuotientRemainder.Of(16, Taps);
        WeightGroup = shape.GroupFilters * weightsOfFilter;
        HasBias = bias is null ? 0 : 1;
        HasArgMax = argMax is null ? 0 : 1;
        Relu = relu ? 1 : 0;
        Pool = pool is null ? 0 : 1;
        Zero = 0;
        if (ofInput)
        {
            (Rows, Channels) = (shape.GroupChannels, shape.GroupFilters);
            (WeightRow, WeightChannel) = (shape.Taps, weightsOfFilter);
            (SourceLength, TargetLength) = (shape.OutputLength, shape.Length);
            (Step, First, TapStep, Divisor) = (1, shape.Padding, -shape.Dilation, shape.Stride);
        }
        else
        {
            (Rows, Channels) = (shape.GroupFilters, shape.GroupChannels);
            (WeightRow, WeightChannel) = (weightsOfFilter, shape.Taps);
            (SourceLength, TargetLength) = (shape.Length, pool?.OutputLength ?? shape.OutputLength);
            (Step, First, TapStep, Divisor) = (shape.Stride, -shape.Padding, shape.Dilation, 1);
        }

        Terms = Channels * Taps;
        Positions = pool is null ? TargetLength : 2 * TargetLength;
        Present = pool is null ? Positions : Math.Min(Positions, shape.OutputLength);
        Columns = shape.Batch * Positions;
        int together = ofInput ? Taps : weightsOfFilter;
        WeightInFloat4 = together % 4 == 0 && Float4.CanRead(Weight) ? 1 : 0;
    }

    /// <summary>y = x convolved with weight, plus bias.</summary>
    public static ConvolutionArgs Forward(
        Conv1dShape shape, Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y) =>
        new(shape, false, x, weight, bias, y, argMax: null, relu: false, pool: null);

    /// <summary>y = ReLU(x convolved with weight, plus bias); of two neighbours the larger where it pools.</summary>
    public static ConvolutionArgs Forward(
        Conv1dShape shape, Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y,
        Tensor<int>? argMax, Pool1dShape? pool) =>
        new(shape, false, x, weight, bias, y, argMax, relu: true, pool);

    /// <summary>dX = the gradient of x for dY.</summary>
    public static ConvolutionArgs GradientOfInput(
        Conv1dShape shape, Tensor<float> dY, Tensor<float> weight, Tensor<float> dX) =>
        new(shape, true, dY, weight, bias: null, dX, argMax: null, relu: false, pool: null);

    /// <summary>Where the weights of a row of W begin.</summary>
    public int WeightsOf(int group, int row) => (group * WeightGroup) + (row * WeightRow);

    /// <summary>Where the first channel of a group begins in the source's clip.</summary>
    public int SourceOf(int clip, int group) => ((clip * Groups) + group) * Channels * SourceLength;

    /// <summary>Where a row begins in the target's clip.</summary>
    public int TargetOf(int clip, int group, int row) => ((((clip * Groups) + group) * Rows) + row) * TargetLength;

    /// <summary>
    /// W[m, i] for four i from (channel, tap) on, m's weights beginning at <paramref name="weights"/>; 0 from the last
    /// channel on, and where there is no such row.
    /// </summary>
    public Float4 FourWeights(int weights, bool hasRow, QuotientRemainder term)
    {
        if (!hasRow || term.Quotient >= Channels)
        {
            return new Float4(0f, 0f, 0f, 0f);
        }

        if (WeightInFloat4 != 0)
        {
            return Weight.Cast<Float4>()[(weights + (term.Quotient * WeightChannel) + term.Remainder) / 4];
        }

        QuotientRemainder second = term.Next(Taps);
        QuotientRemainder third = second.Next(Taps);
        return new Float4(
            WeightAt(weights, term), WeightAt(weights, second), WeightAt(weights, third),
            WeightAt(weights, third.Next(Taps)));
    }

    /// <summary>W[m, i] for one i = (channel, tap); 0 from the last channel on.</summary>
    public float WeightAt(int weights, QuotientRemainder term)
    {
        float value = 0f;
        if (term.Quotient < Channels)
        {
            value = Weight[weights + (term.Quotient * WeightChannel) + term.Remainder];
        }

        return value;
    }

    /// <summary>source[at], or 0 where there is no such time step.</summary>
    public float SourceAt(int at, int step)
    {
        float value = 0f;
        if ((uint)step < (uint)SourceLength)
        {
            value = Source[at];
        }

        return value;
    }

    /// <summary>bias[m] for the last terms of a sum, else 0.</summary>
    public float BiasOf(int group, int row, bool last)
    {
        float value = 0f;
        if (last && HasBias != 0 && row < Rows)
        {
            value = Bias[(group * Rows) + row];
        }

        return value;
    }

    /// <summary>Stores two neighbouring sums of a row, or the larger one where there is pooling.</summary>
    /// <param name="row">m.</param>
    /// <param name="pair">Where in the target.</param>
    /// <param name="bias">What <see cref="BiasOf"/> gives.</param>
    /// <param name="even">The sum of the first, an even column.</param>
    /// <param name="odd">The sum of the second.</param>
    /// <param name="first">These are the first terms of the sums; later ones are added to what is there.</param>
    /// <param name="last">These are the last terms: the moment for ReLU.</param>
    public void Store(int row, ConvolutionPair pair, float bias, float even, float odd, bool first, bool last)
    {
        if (row >= Rows || pair.First < 0)
        {
            return;
        }

        int at = pair.First + (row * TargetLength);
        if (Pool != 0)
        {
            // Rectified values are at least 0, so only one above the best so far can win; the first of equals does.
            float one = MaximumOrNaN.Rectified(even + bias);
            float other = pair.Second >= 0 ? odd + bias : 0f;
            bool second = MaximumOrNaN.IsTakenBy(other, one);
            Target[at] = second ? other : one;
            if (HasArgMax != 0)
            {
                ArgMax[at] = second ? pair.Step + 1 : pair.Step;
            }

            return;
        }

        Target[at] = Finished(at, even + bias, first, last);
        if (pair.Second >= 0)
        {
            int next = pair.Second + (row * TargetLength);
            Target[next] = Finished(next, odd + bias, first, last);
        }
    }

    private float Finished(int at, float sum, bool first, bool last)
    {
        if (!first)
        {
            sum += Target[at];
        }

        return last && Relu != 0 ? MaximumOrNaN.Rectified(sum) : sum;
    }
}
