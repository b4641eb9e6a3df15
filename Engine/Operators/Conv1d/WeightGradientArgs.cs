// The gradient of the weights as the matrix product that rungs 2 and up compute; its right factor is never written.
// For each group of channels, a part of the terms j = (b, l) at a time:
//   dWeight[k, (c, r)] += sum over j of dY[b, k, l] x[b, c, l stride - padding + r dilation]
// Where a bias learns, it is one more column whose right factor is 1. dY may be given as what came of it behind a ReLU
// and a max-pooling whose windows touch: it is found again by output and arg max while it is loaded.
// The parts are added in the same launch, by the last group of a tile to finish (LastGroup.cs): eight neighbours by the
// last of these eight where there are more than 16 parts, so that no group reads more than 20 tiles, then all of them.
// A tile of 64 x 32 is 8 KiB: a group's share of it is at most 160 KiB out of L2, below 2 us on an H200, where a launch
// of its own costs 1.3 us at the boundary and reads the same bytes.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What the tiled kernels of <see cref="Conv1d"/>'s gradient of the weights take.</summary>
internal readonly struct WeightGradientArgs
{
    /// <summary>Parts that are added together first where there are many.</summary>
    public const int PartsTogether = 8;

    private const int FewParts = 2 * PartsTogether;

    public readonly ArrayView<float> X;
    public readonly ArrayView<float> DY;
    public readonly ArrayView<float> Y;     // What ReLU gave; never read without Window.
    public readonly ArrayView<int> ArgMax;  // Where each maximum stood; its values matter with windows of 2 and more.
    public readonly ArrayView<float> DWeight;
    public readonly ArrayView<float> DBias; // Never touched without HasBias.
    public readonly ArrayView<float> Parts; // [parts, K, PartColumns] where the terms are split.
    public readonly ArrayView<int> Arrivals;
    public readonly int Groups;
    public readonly int Rows;               // k of one group.
    public readonly int Channels;           // c of one group.
    public readonly int Taps;
    public readonly int Columns;            // (c, r) of one group.
    public readonly int BiasColumn;         // The one behind them; -1 for none.
    public readonly int AllColumns;
    public readonly int PartColumns;        // AllColumns up to the next multiple of four.
    public readonly int Length;
    public readonly int OutputLength;
    public readonly int Window;             // 0: dY is as it is; 1: behind a ReLU; more: behind windows of so many.
    public readonly int WindowSteps;        // At least 1: ILGPU's OpenCL code divides by it with windows or without.
    public readonly int GivenLength;        // Of a row of dY as it is given.
    public readonly int Stride;
    public readonly int Padding;
    public readonly int Dilation;
    public readonly int Terms;              // (b, l).
    public readonly int PartTerms;
    public readonly int PartCount;
    public readonly QuotientRemainder By16; // So many terms in clips and time steps: a kernel's step.
    public readonly int WeightInFloat4;     // Every row of dWeight begins at a multiple of 16 bytes.
    public readonly int Zero;               // Nothing but 0; but ILGPU does not know.

    public WeightGradientArgs(
        Conv1dShape shape, ConvolutionPlan plan, ArrayView<float> x, OutputGradient dY, ArrayView<float> dWeight,
        ArrayView<float>? dBias, ArrayView<float> parts, ArrayView<int> arrivals)
    {
        X = x;
        DY = dY.Gradient.View;
        Y = (dY.Output ?? dY.Gradient).View;
        ArgMax = dY.ArgMax?.View ?? Y.Cast<int>();
        DWeight = dWeight;
        DBias = dBias ?? dWeight;
        Parts = parts;
        Arrivals = arrivals;
        Groups = shape.Groups;
        Rows = shape.GroupFilters;
        Channels = shape.GroupChannels;
        Taps = shape.Taps;
        Columns = shape.GroupChannels * shape.Taps;
        BiasColumn = dBias.HasValue ? Columns : -1;
        AllColumns = dBias.HasValue ? Columns + 1 : Columns;
        PartColumns = PartColumnsOf(AllColumns);
        Length = shape.Length;
        OutputLength = shape.OutputLength;
        Window = dY.Window;
        WindowSteps = Math.Max(1, dY.Window);
        GivenLength = dY.Window > 1 ? dY.Windows : shape.OutputLength;
        Stride = shape.Stride;
        Padding = shape.Padding;
        Dilation = shape.Dilation;
        Terms = shape.Batch * shape.OutputLength;
        PartTerms = plan.PartTerms;
        PartCount = plan.Parts;
        By16 = QuotientRemainder.Of(16, OutputLength);
        WeightInFloat4 = Columns % 4 == 0 && Float4.CanRead(dWeight) ? 1 : 0;
        Zero = 0;
    }

    /// <summary>Floats of a row of a part.</summary>
    public static int PartColumnsOf(int columns) => (columns + 3) / 4 * 4;

    /// <summary>Counters of <see cref="LastGroup"/> for so many tiles and parts.</summary>
    public static int ArrivalsOf(int tiles, int parts) => tiles * (1 + EightsOf(parts));

    /// <summary>Rows of dY that are there for a term: as many as given, or none behind the last window.</summary>
    public int RowsThere(int rows, int step)
    {
        if (Window > 1 && step / WindowSteps >= GivenLength)
        {
            rows = 0;
        }

        return rows;
    }

    /// <summary>Where dY[clip, k, l] comes from, k = row of group, (clip, l) = term.</summary>
    public int OutputsOf(QuotientRemainder term, int group, int row)
    {
        int step = term.Remainder;
        if (Window > 1)
        {
            step /= WindowSteps;
        }

        return (((((term.Quotient * Groups) + group) * Rows) + row) * GivenLength) + step;
    }

    /// <summary>Where x[clip, c, 0] is, c = the first channel of group.</summary>
    public int InputsOf(int clip, int group) => ((clip * Groups) + group) * Channels * Length;

    /// <summary>From a time step of the output's, times the stride, to that of the input under a tap.</summary>
    public int Shift(QuotientRemainder column) => (column.Remainder * Dilation) - Padding;

    /// <summary>dY at time step <paramref name="step"/>, which comes from a place; or 0 unless it is there.</summary>
    public float OutputAt(int at, int step, bool isThere)
    {
        float value = 0f;
        if (isThere)
        {
            value = DY[at];
            if (Window != 0)
            {
                // All three are on their way before one is looked at.
                float output = Y[at];
                int place = ArgMax[at];
                bool wins = (Window == 1) | (place == step);
                value = MaximumOrNaN.IsOpen(output) && wins ? value : 0f;
            }
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

    /// <summary>The right factor of a column: 1 for the bias, else x; 0 where there is no such term.</summary>
    public float FactorAt(int column, int at, int step, bool hasTerm)
    {
        float value = InputAt(at, step);
        return column == BiasColumn ? (hasTerm ? 1f : 0f) : value;
    }

    /// <summary>Stores four neighbouring sums of a row: in a part of their own, or in the gradients.</summary>
    public void Store(int group, int row, int column, int part, Float4 sums)
    {
        if (row >= Rows || column >= AllColumns)
        {
            return;
        }

        if (PartCount > 1)
        {
            Parts.Cast<Float4>()[PartAt(group, row, column, part)] = sums;
            return;
        }

        Add(group, row, column, sums);
    }

    /// <summary>Stores one sum of a row.</summary>
    public void Store(int group, int row, int column, int part, float sum)
    {
        if (row >= Rows || column >= PartColumns)
        {
            return;
        }

        if (PartCount > 1)
        {
            Parts[(((((part * Groups) + group) * Rows) + row) * PartColumns) + column] = sum;
            return;
        }

        Add(group, row, column, sum);
    }

    /// <summary>Adds up the parts of a tile where it is split; all threads of the group come along.</summary>
    /// <param name="tile">The number of the tile, below <paramref name="tiles"/>.</param>
    /// <param name="tiles">Tiles there are.</param>
    /// <param name="group">The group of channels.</param>
    /// <param name="firstRow">Where the tile begins.</param>
    /// <param name="firstColumn">Where the tile begins.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns, a multiple of four.</param>
    /// <param name="part">The part that this group summed.</param>
    public void AddParts(
        int tile, int tiles, int group, int firstRow, int firstColumn, int height, int width, int part)
    {
        ArrayView<int> flag = SharedMemory.Allocate<int>(1);
        ArrayView<int> lastFlag = SharedMemory.Allocate<int>(1);
        if (PartCount == 1)
        {
            return;
        }

        int eights = EightsOf(PartCount);
        int eight = part / PartsTogether;
        if (eight < eights)
        {
            if (!LastGroup.Arrives(Arrivals, ((1 + eight) * tiles) + tile, PartsTogether, flag))
            {
                return;
            }

            AddEight(group, firstRow, firstColumn, height, width, eight * PartsTogether);
        }

        if (LastGroup.Arrives(Arrivals, tile, PartCount - (eights * (PartsTogether - 1)), lastFlag))
        {
            AddAll(group, firstRow, firstColumn, height, width, eights);
        }
    }

    private static int EightsOf(int parts) => parts > FewParts ? parts / PartsTogether : 0;

    /// <summary>Puts the sum of eight neighbouring parts of a tile in the place of the first.</summary>
    private void AddEight(int group, int firstRow, int firstColumn, int height, int width, int first)
    {
        ArrayView<Float4> parts = Parts.Cast<Float4>();
        int stride = Groups * Rows * PartColumns / 4;
        for (int i = Group.LinearIndex; i < height * width / 4; i += Group.DimX * Group.DimY)
        {
            int at = PlaceOf(i, group, firstRow, firstColumn, height, width);
            if (at >= 0)
            {
                at += first * stride;
                parts[at] = Eight(parts, at, stride);
            }
        }
    }

    /// <summary>Adds the sum of all parts of a tile to the gradients, four elements of a thread side by side.</summary>
    private void AddAll(int group, int firstRow, int firstColumn, int height, int width, int eights)
    {
        ArrayView<Float4> parts = Parts.Cast<Float4>();
        int stride = Groups * Rows * PartColumns / 4;
        int threads = Group.DimX * Group.DimY;
        for (int i = Group.LinearIndex; i < height * width / 4; i += 4 * threads)
        {
            int place0 = PlaceOf(i, group, firstRow, firstColumn, height, width);
            int place1 = PlaceOf(i + threads, group, firstRow, firstColumn, height, width);
            int place2 = PlaceOf(i + (2 * threads), group, firstRow, firstColumn, height, width);
            int place3 = PlaceOf(i + (3 * threads), group, firstRow, firstColumn, height, width);
            int at0 = IntrinsicMath.Max(place0, 0);
            int at1 = IntrinsicMath.Max(place1, 0);
            int at2 = IntrinsicMath.Max(place2, 0);
            int at3 = IntrinsicMath.Max(place3, 0);
            var sum0 = new Float4(0f, 0f, 0f, 0f);
            Float4 sum1 = sum0;
            Float4 sum2 = sum0;
            Float4 sum3 = sum0;
            int part = 0;
            for (; eights == 0 && part + PartsTogether <= PartCount; part += PartsTogether)
            {
                sum0 = Plus(sum0, Eight(parts, at0 + (part * stride), stride));
                sum1 = Plus(sum1, Eight(parts, at1 + (part * stride), stride));
                sum2 = Plus(sum2, Eight(parts, at2 + (part * stride), stride));
                sum3 = Plus(sum3, Eight(parts, at3 + (part * stride), stride));
            }

            while (part < PartCount)
            {
                int step = part * stride;
                sum0 = Plus(sum0, parts[at0 + step]);
                sum1 = Plus(sum1, parts[at1 + step]);
                sum2 = Plus(sum2, parts[at2 + step]);
                sum3 = Plus(sum3, parts[at3 + step]);
                part += part < eights * PartsTogether ? PartsTogether : 1;
            }

            AddAt(place0, sum0);
            AddAt(place1, sum1);
            AddAt(place2, sum2);
            AddAt(place3, sum3);
        }
    }

    /// <summary>Where four neighbours of a tile are in a part, in Float4; -1 where there are none.</summary>
    private int PlaceOf(int four, int group, int firstRow, int firstColumn, int height, int width)
    {
        QuotientRemainder place = QuotientRemainder.Of(four, width / 4);
        int row = firstRow + place.Quotient;
        int column = firstColumn + (4 * place.Remainder);
        return place.Quotient < height && row < Rows && column < AllColumns ? PartAt(group, row, column, 0) : -1;
    }

    /// <summary>In Float4.</summary>
    private int PartAt(int group, int row, int column, int part) =>
        ((((((part * Groups) + group) * Rows) + row) * PartColumns) + column) / 4;

    /// <summary>Adds four sums to the gradients, by their place in a part.</summary>
    private void AddAt(int place, Float4 sums)
    {
        if (place >= 0)
        {
            QuotientRemainder at = QuotientRemainder.Of(4 * place, PartColumns);
            QuotientRemainder row = QuotientRemainder.Of(at.Quotient, Rows);
            Add(row.Quotient, row.Remainder, at.Remainder, sums);
        }
    }

    private void Add(int group, int row, int column, Float4 sums)
    {
        if (WeightInFloat4 != 0 && column < Columns)
        {
            ArrayView<Float4> float4s = DWeight.Cast<Float4>();
            int at = ((((group * Rows) + row) * Columns) + column) / 4;
            float4s[at] = Plus(float4s[at], sums);
            return;
        }

        Add(group, row, column, sums.X);
        Add(group, row, column + 1, sums.Y);
        Add(group, row, column + 2, sums.Z);
        Add(group, row, column + 3, sums.W);
    }

    private void Add(int group, int row, int column, float sum)
    {
        int filter = (group * Rows) + row;
        if (column < Columns)
        {
            DWeight[(filter * Columns) + column] += sum;
        }
        else if (column == BiasColumn)
        {
            DBias[filter] += sum;
        }
    }

    /// <summary>The sum of eight parts, by halves: their loads are on their way together.</summary>
    private static Float4 Eight(ArrayView<Float4> parts, int at, int stride)
    {
        Float4 sum0 = Plus(parts[at], parts[at + stride]);
        Float4 sum1 = Plus(parts[at + (2 * stride)], parts[at + (3 * stride)]);
        Float4 sum2 = Plus(parts[at + (4 * stride)], parts[at + (5 * stride)]);
        Float4 sum3 = Plus(parts[at + (6 * stride)], parts[at + (7 * stride)]);
        return Plus(Plus(sum0, sum1), Plus(sum2, sum3));
    }

    private static Float4 Plus(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);
}
