// The gradient of the weights as the matrix product that rungs 2 and up compute; its right factor is never written.
// For each group of channels, a part of the terms j = (b, l) at a time:
//   dWeight[k, (c, r)] += sum over j of dY[b, k, l] x[b, c, l stride - padding + r dilation]
using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What the tiled kernels of <see cref="Conv1d"/>'s gradient of the weights take.</summary>
internal readonly struct WeightGradientArgs
{
    public readonly ArrayView<float> X;
    public readonly ArrayView<float> DY;
    public readonly ArrayView<float> Sums;  // dWeight, or [parts, K, C / groups, R] where the terms are split.
    public readonly int Groups;
    public readonly int Rows;               // k of one group.
    public readonly int Channels;           // c of one group.
    public readonly int Taps;
    public readonly int Columns;            // (c, r) of one group.
    public readonly int Length;
    public readonly int OutputLength;
    public readonly int Stride;
    public readonly int Padding;
    public readonly int Dilation;
    public readonly int Terms;              // (b, l).
    public readonly int PartTerms;
    public readonly QuotientRemainder By16; // So many terms in clips and time steps: a kernel's step.
    public readonly int SumsInFloat4;        // Every row of the sums begins at a multiple of 16 bytes.
    public readonly int Accumulate;
    public readonly int Zero;               // Nothing but 0; but ILGPU does not know.

    public WeightGradientArgs(
        Conv1dShape shape, int partTerms, ArrayView<float> x, ArrayView<float> dY, ArrayView<float> sums,
        bool accumulate)
    {
        X = x;
        DY = dY;
        Sums = sums;
        Groups = shape.Groups;
        Rows = shape.GroupFilters;
        Channels = shape.GroupChannels;
        Taps = shape.Taps;
        Columns = shape.GroupChannels * shape.Taps;
        Length = shape.Length;
        OutputLength = shape.OutputLength;
        Stride = shape.Stride;
        Padding = shape.Padding;
        Dilation = shape.Dilation;
        Terms = shape.Batch * shape.OutputLength;
        PartTerms = partTerms;
        By16 = QuotientRemainder.Of(16, OutputLength);
        SumsInFloat4 = Columns % 4 == 0 && Float4.CanRead(sums) ? 1 : 0;
        Accumulate = accumulate ? 1 : 0;
        Zero = 0;
    }

    /// <summary>Where dY[clip, k, 0] is, k = row of group.</summary>
    public int OutputsOf(int clip, int group, int row) => ((((clip * Groups) + group) * Rows) + row) * OutputLength;

    /// <summary>Where x[clip, c, 0] is, c = the first channel of group.</summary>
    public int InputsOf(int clip, int group) => ((clip * Groups) + group) * Channels * Length;

    /// <summary>From a time step of the output's, times the stride, to that of the input under a tap.</summary>
    public int Shift(QuotientRemainder column) => (column.Remainder * Dilation) - Padding;

    /// <summary>dY[at], or 0 unless it is there.</summary>
    public float OutputAt(int at, bool isThere)
    {
        float value = 0f;
        if (isThere)
        {
            value = DY[at];
        }

        return value;
    }

    /// <summary>x[at], or 0 where there is no such time step.</summary>
    public float InputAt(int at, int step)
    {
        float value = 0f;
        if ((uint)step < (uint)Length)
        {
            value = X[at];
        }

        return value;
    }

    /// <summary>Stores four neighbouring sums of a row, or as many as there are columns.</summary>
    public void Store(int group, int row, int column, Float4 sums)
    {
        if (row >= Rows || column >= Columns)
        {
            return;
        }

        int at = (((((Grid.IdxZ * Groups) + group) * Rows) + row) * Columns) + column;
        if (SumsInFloat4 != 0)
        {
            ArrayView<Float4> float4s = Sums.Cast<Float4>();
            Float4 before = new(0f, 0f, 0f, 0f);
            if (Accumulate != 0)
            {
                before = float4s[at / 4];
            }

            float4s[at / 4] = new Float4(
                before.X + sums.X, before.Y + sums.Y, before.Z + sums.Z, before.W + sums.W);
            return;
        }

        Store(at, sums.X);
        if (column + 1 < Columns)
        {
            Store(at + 1, sums.Y);
        }

        if (column + 2 < Columns)
        {
            Store(at + 2, sums.Z);
        }

        if (column + 3 < Columns)
        {
            Store(at + 3, sums.W);
        }
    }

    /// <summary>Stores one sum.</summary>
    public void Store(int at, float sum)
    {
        if (Accumulate != 0)
        {
            sum += Sums[at];
        }

        Sums[at] = sum;
    }
}
