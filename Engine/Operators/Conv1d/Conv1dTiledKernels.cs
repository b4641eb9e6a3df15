// Rung 2 of Conv1d's ladder (see Conv1dKernels.cs): groups of 16 x 16 threads bring 16 x 16 tiles of both factors into
// shared memory, one element a thread, and each thread sums one element of the product. Any shape.
using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>The kernels of <see cref="Conv1d"/> that are tiled in shared memory.</summary>
internal static class Conv1dTiledKernels
{
    /// <summary>Rows, columns and terms of a tile.</summary>
    public const int Tile = 16;

    // Off by one, so that a column lies in 16 different banks. The two lines that a warp stores at a time share one
    // bank, two turns in place of one; what it loads has no conflict.
    private const int TileStride = Tile + 1;

    /// <summary>Forward, and the gradient of the input. Sums go tile by tile: long ones keep their digits.</summary>
    [Rung(Conv1dKernels.Ladder, 2)]
    [LaunchBounds(Tile * Tile)]
    public static void Convolve(ConvolutionArgs a)
    {
        ArrayView<float> tileW = SharedMemory.Allocate<float>(Tile * TileStride); // [m, i]
        ArrayView<float> tileS = SharedMemory.Allocate<float>(Tile * TileStride); // [i, (b, p)]
        int x = Group.IdxX;
        int y = Group.IdxY;
        QuotientRemainder tile = QuotientRemainder.Of(Grid.IdxY, (a.Rows + Tile - 1) / Tile);
        int row = (tile.Remainder * Tile) + y;
        int column = (Grid.IdxX * Tile) + x;
        QuotientRemainder place = QuotientRemainder.Of(column, a.Positions);
        int weights = a.WeightsOf(tile.Quotient, row);
        int source = a.SourceOf(place.Quotient, tile.Quotient);
        int start = (place.Remainder * a.Step) + a.First;
        float sum = 0f;
        for (int i = 0; i < a.Terms; i += Tile)
        {
            QuotientRemainder ofWeight = QuotientRemainder.Of(i + x, a.Taps);
            QuotientRemainder ofSource = QuotientRemainder.Of(i + y, a.Taps);
            // The source's step whose tap it is: a whole number of strides, or none.
            int inClip = source + (ofSource.Quotient * a.SourceLength);
            int strides = start + (ofSource.Remainder * a.TapStep);
            int step = strides / a.Divisor;
            bool hasStep = column < a.Columns && ofSource.Quotient < a.Channels &&
                strides >= 0 && step * a.Divisor == strides;
            tileW[(y * TileStride) + x] = row < a.Rows ? a.WeightAt(weights, ofWeight) : 0f;
            tileS[(y * TileStride) + x] = a.SourceAt(inClip + step, hasStep ? step : ConvolutionArgs.Never);
            Group.Barrier();
            float part = 0f;
            for (int j = 0; j < Tile; j++)
            {
                part += tileW[(y * TileStride) + j] * tileS[(j * TileStride) + x];
            }

            sum += part;
            Group.Barrier();
        }

        // Two neighbours are stored together, for pooling may leave only one of them.
        tileS[(y * TileStride) + x] = sum;
        Group.Barrier();
        if (x % 2 == 0)
        {
            a.Store(
                row, new ConvolutionPair(a, tile.Quotient, column), a.BiasOf(tile.Quotient, row, last: true), sum,
                tileS[(y * TileStride) + x + 1], first: true, last: true);
        }
    }

    /// <summary>The gradient of the weights, or a part of it.</summary>
    [Rung(Conv1dKernels.WeightLadder, 2)]
    [LaunchBounds(Tile * Tile)]
    public static void BackwardWeight(WeightGradientArgs a)
    {
        ArrayView<float> tileY = SharedMemory.Allocate<float>(Tile * TileStride); // [k, (b, l)]
        ArrayView<float> tileX = SharedMemory.Allocate<float>(Tile * TileStride); // [(c, r), (b, l)]
        int x = Group.IdxX;
        int y = Group.IdxY;
        QuotientRemainder tile = QuotientRemainder.Of(Grid.IdxX, (a.Rows + Tile - 1) / Tile);
        int firstRow = tile.Remainder * Tile;
        int firstColumn = Grid.IdxY * Tile;
        // Neighbouring threads bring neighbours in memory: x runs along the terms of both factors.
        QuotientRemainder brought = QuotientRemainder.Of(firstColumn + y, a.Taps);
        int shift = a.Shift(brought);
        int firstTerm = Grid.IdxZ * a.PartTerms;
        int endTerm = IntrinsicMath.Min(a.Terms, firstTerm + a.PartTerms);
        float sum = 0f;
        for (int j = firstTerm; j < endTerm; j += Tile)
        {
            QuotientRemainder term = QuotientRemainder.Of(j + x, a.OutputLength);
            bool hasTerm = j + x < endTerm;
            int rowsThere = hasTerm ? a.RowsThere(a.Rows, term.Remainder) : 0;
            tileY[(y * TileStride) + x] = a.OutputAt(
                a.OutputsOf(term, tile.Quotient, firstRow + y), term.Remainder, firstRow + y < rowsThere);
            int inClip = a.InputsOf(term.Quotient, tile.Quotient) + (brought.Quotient * a.Length);
            int step = (term.Remainder * a.Stride) + shift;
            tileX[(y * TileStride) + x] = a.FactorAt(
                firstColumn + y, inClip + step,
                hasTerm && firstColumn + y < a.Columns ? step : ConvolutionArgs.Never, hasTerm);
            Group.Barrier();
            float part = 0f;
            for (int i = 0; i < Tile; i++)
            {
                part += tileY[(y * TileStride) + i] * tileX[(x * TileStride) + i];
            }

            sum += part;
            Group.Barrier();
        }

        a.Store(tile.Quotient, firstRow + y, firstColumn + x, Grid.IdxZ, sum);
        a.AddParts(
            Grid.IdxX + (Grid.IdxY * Grid.DimX), Grid.DimX * Grid.DimY, tile.Quotient, firstRow, firstColumn, Tile,
            Tile, Grid.IdxZ);
    }
}
