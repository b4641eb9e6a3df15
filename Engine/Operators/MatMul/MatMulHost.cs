// The host body of the matrix product: where blocks and panels are cut, and who computes what.
//   Outer   for blocks of M and K, for panels of 3 vectors of N: pack the panel of B where that pays, then run the
//           tiles of all rows over it. A is read where it lies: a packed copy of it was not faster.
//   Dot     where A and B are both contiguous in K and M is small, so that turning B around would cost more than the
//           sums across vectors do. B is read once; a block of A passes by from a near cache for every 4 rows of B.
//   split   where C has less tiles than pay for a team and K is long: a fixed number of parts of K, added in order.
// Which one, and every order of summation, follows from the shape; only the grid of C follows from the team.
using System.Numerics;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host body of <see cref="MatMul"/>, planned for one shape.</summary>
internal sealed unsafe class MatMulHost
{
    // A panel of B is 36 KiB and stays in an L1 of 48, while the rows of a block of A, 192 KiB, pass by from L2.
    private const int BlockRows = 256;
    private const int BlockK = 192;

    // 6 rows of 1,024 floats stay in L1 while rows of B pass by.
    private const int DotBlockK = 1024;

    // Packing a panel of B pays where many rows read it, unless the rows of B are so near that they are fetched ahead.
    private const int RowsWorthAPanel = 64;
    private const int RowOfNearB = 384;

    // Floats of B that a second cache of 1 MiB holds: beyond, its panels are asked for ahead. Of B transposed, a panel
    // is few rows of many lines, which the processor fetches ahead by itself.
    private const long FloatsOfCache = 200_000;

    // Rows of A that a second cache holds in Dot, DotBlockK floats of each.
    private const int MostDotRows = 128;

    // Below this a dispatch costs more than it saves.
    private const long OperationsWorthATeam = 400_000;

    // Parts of C for each worker, where its columns are many: who is done early takes over from who was held up.
    private const int PartsOfAWorker = 4;

    private const int SplitParts = 8;
    private const int SplitMinK = 8192;

    private readonly ComputeDevice device;
    private readonly MatMulShape shape;
    private readonly bool dot;
    private readonly bool asks;
    private readonly int blockK;
    private readonly int splits;
    private readonly int gridM;
    private readonly int gridN;
    private readonly int unitM;
    private readonly int unitN;
    private readonly int scratchOfPart;

    /// <summary>Plans one shape.</summary>
    /// <param name="device">Whose workers it runs on.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="aIsLocal">
    /// Whether the workers have shares of A's rows in their caches, and only read B: then C is shared out by rows too.
    /// </param>
    public MatMulHost(ComputeDevice device, MatMulShape shape, bool aIsLocal)
    {
        this.device = device;
        this.shape = shape;
        int lanes = MatMulTiles.Lanes;
        dot = !shape.TransposeA && shape.TransposeB && shape.K >= lanes && shape.M <= MostDotRows && DotIsCheaper(shape);
        asks = !shape.TransposeB && (long)shape.K * shape.N > FloatsOfCache;
        blockK = Math.Min(shape.K, BlockK);
        int tiles = Pieces(shape.M, MatMulTiles.Rows) * Pieces(shape.N, MatMulTiles.MaxVectors * lanes);
        splits = tiles <= 4 && shape.K >= SplitMinK ? SplitParts : 1;
        unitN = dot ? MatMulTiles.DotColumns : lanes;
        unitM = dot ? MatMulTiles.DotRows : MatMulTiles.Rows;
        (gridM, gridN) = splits > 1 ? (1, 1) : ChooseGrid();
        if (aIsLocal && dot && splits == 1 && gridM * gridN > 1 && shape.M >= gridM * gridN * MatMulTiles.DotRows)
        {
            // To the row, as clips were shared out.
            (unitM, gridM, gridN) = (1, gridM * gridN, 1);
        }
        if (!dot && gridN > 1)
        {
            // As many parts for every worker, each at least two of the widest tiles.
            int share = shape.N / (2 * MatMulTiles.MaxVectors * lanes * gridN);
            gridN *= Math.Clamp(share, 1, PartsOfAWorker);
        }

        scratchOfPart = MatMulTiles.MaxTileLength + (dot
            ? 0
            : MatMulTiles.MaxVectors * lanes * blockK);
        scratchOfPart = (scratchOfPart + 63) / 64 * 64;
        device.Scratch.Reserve(ScratchLength);
    }

    private int Parts => splits > 1 ? splits : gridM * gridN;

    private long ScratchLength => ((long)Parts * scratchOfPart) + (splits > 1 ? (long)splits * shape.M * shape.N : 0);

    public void Multiply(
        Tensor<float> a, Tensor<float> b, Tensor<float> c, bool accumulate, Tensor<float>? bias, bool relu)
    {
        float* scratch = device.Scratch.TakeAddress(ScratchLength);
        var body = new Body(this, a.Address, b.Address, c.Address, bias is null ? null : bias.Address, scratch)
        {
            Accumulate = accumulate,
            Relu = relu,
        };
        device.Workers.Run(Parts, HostWork.OfOperations(shape.Operations), body);
        if (splits > 1)
        {
            body.AddParts();
        }
    }

    /// <summary>
    /// Cycles in fused multiply-adds at two a cycle, and what each way costs beside them: Dot some three cycles an
    /// element of C for the sums across vectors, Outer a third of a cycle an element of B to turn it around.
    /// </summary>
    private static bool DotIsCheaper(MatMulShape shape)
    {
        double perElement = shape.K / (2.0 * MatMulTiles.Lanes);
        int full = shape.M / MatMulTiles.DotRows * MatMulTiles.DotRows;
        double rows = full + (shape.M > full ? MatMulTiles.NextDotRows(shape.M - full) : 0);
        double columns = Pieces(shape.N, MatMulTiles.Lanes) * (double)MatMulTiles.Lanes;
        // A tile of one vector waits for its own sums half of the time.
        double slack = columns == MatMulTiles.Lanes ? 2 : 1;
        double dotCycles = rows * shape.N * (perElement + 3);
        double outerCycles = (shape.M * columns * perElement * slack) + (0.3 * shape.N * shape.K);
        return dotCycles < outerCycles;
    }

    /// <summary>How many workers share the rows of C and how many its columns.</summary>
    private (int GridM, int GridN) ChooseGrid()
    {
        int workers = device.Workers.Count;
        if (workers == 1 || shape.Operations < OperationsWorthATeam)
        {
            return (1, 1);
        }

        (int, int) best = (1, 1);
        double least = double.MaxValue;
        for (int m = 1; m <= workers; m++)
        {
            int n = Math.Min(workers / m, Pieces(shape.N, unitN));
            // Rows and columns of the largest part, tiles counted whole; a column of B costs its packing as well.
            double rows = (double)Pieces(Pieces(shape.M, unitM), m) * unitM;
            double columns = (double)Pieces(Pieces(shape.N, unitN), n) * unitN;
            double cost = (rows * columns) + (8 * columns) + (2 * rows);
            if (m <= Pieces(shape.M, unitM) && cost < least)
            {
                least = cost;
                best = (m, n);
            }
        }

        return best;
    }

    private static int Pieces(int length, int piece) => (length + piece - 1) / piece;

    /// <summary>The part's share of a length that is dealt in whole units.</summary>
    private static (int From, int To) Share(int length, int unit, int part, int parts)
    {
        int units = Pieces(length, unit);
        return ((int)Math.Min(length, (long)units * part / parts * unit),
            (int)Math.Min(length, (long)units * (part + 1) / parts * unit));
    }

    /// <summary>One product under way: operands and what is done to a tile of C before it leaves L1.</summary>
    private readonly struct Body(MatMulHost plan, float* a, float* b, float* c, float* bias, float* scratch) : IHostBody
    {
        public bool Accumulate { get; init; }

        public bool Relu { get; init; }

        private MatMulShape Shape => plan.shape;

        private float* Partial(int part) =>
            scratch + ((long)plan.Parts * plan.scratchOfPart) + ((long)part * Shape.M * Shape.N);

        public void Run(int part, int worker)
        {
            float* mine = scratch + ((long)part * plan.scratchOfPart);
            if (plan.splits > 1)
            {
                (int fromK, int toK) = Share(Shape.K, 64, part, plan.splits);
                Region all = new(0, Shape.M, 0, Shape.N, fromK, toK);
                Compute(all, Partial(part), mine, add: false, finish: false);
            }
            else
            {
                (int fromM, int toM) = Share(Shape.M, plan.unitM, part / plan.gridN, plan.gridM);
                (int fromN, int toN) = Share(Shape.N, plan.unitN, part % plan.gridN, plan.gridN);
                Region share = new(fromM, toM, fromN, toN, 0, Shape.K);
                Compute(share, c, mine, Accumulate, finish: true);
            }
        }

        /// <summary>C (+)= the partial products of the parts of K, in their order.</summary>
        public void AddParts()
        {
            int length = Shape.M * Shape.N;
            var total = new Span<float>(Partial(0), length);
            for (int part = 1; part < plan.splits; part++)
            {
                TensorPrimitives.Add(total, new ReadOnlySpan<float>(Partial(part), length), total);
            }

            var target = new Span<float>(c, length);
            if (Accumulate)
            {
                TensorPrimitives.Add(target, total, target);
            }
            else
            {
                total.CopyTo(target);
            }

            Finish(c, 0, Shape.M, Shape.N);
        }

        private void Compute(in Region region, float* target, float* mine, bool add, bool finish)
        {
            if (plan.dot)
            {
                ComputeDot(region, target, mine, add, finish);
            }
            else
            {
                ComputeOuter(region, target, mine, add, finish);
            }
        }

        private void ComputeOuter(in Region region, float* target, float* mine, bool add, bool finish)
        {
            int lanes = MatMulTiles.Lanes;
            float* tile = mine;
            float* panelB = tile + MatMulTiles.MaxTileLength;
            for (int m = region.FromM; m < region.ToM; m += BlockRows)
            {
                int rows = Math.Min(BlockRows, region.ToM - m);
                for (int k = region.FromK; k < region.ToK; k += plan.blockK)
                {
                    int depth = Math.Min(plan.blockK, region.ToK - k);
                    int vectors;
                    for (int n = region.FromN; n < region.ToN; n += vectors * lanes)
                    {
                        vectors = MatMulTiles.NextVectors(Pieces(region.ToN - n, lanes));
                        int columns = Math.Min(vectors * lanes, region.ToN - n);
                        MatMulTile one = default;
                        one.K = depth;
                        bool addHere = add || k > region.FromK;
                        bool whole = columns == vectors * lanes;
                        bool inPlace = whole && !Shape.TransposeB && (rows <= RowsWorthAPanel || Shape.N <= RowOfNearB);
                        if (inPlace)
                        {
                            one.B = b + ((long)k * Shape.N) + n;
                            one.BStep = Shape.N;
                        }
                        else
                        {
                            PackB(k, depth, n, columns, vectors * lanes, panelB);
                            one.B = panelB;
                            one.BStep = vectors * lanes;
                        }

                        AskRows ahead = Ahead(region, k, n + columns);
                        int ofTile = Pieces(plan.blockK * MatMulTiles.Rows, rows);
                        int height;
                        for (int row = 0; row < rows; row += height)
                        {
                            ahead.Next(ofTile);
                            height = MatMulTiles.NextRows(rows - row);
                            if (Shape.TransposeA)
                            {
                                one.A = a + ((long)k * Shape.M) + m + row;
                                one.ARow = 1;
                                one.AStep = Shape.M;
                            }
                            else
                            {
                                one.A = a + ((long)(m + row) * Shape.K) + k;
                                one.ARow = Shape.K;
                                one.AStep = 1;
                            }

                            float* place = target + ((long)(m + row) * Shape.N) + n;
                            one.C = whole ? place : tile;
                            one.CRow = whole ? Shape.N : vectors * lanes;
                            one.Add = whole && addHere;
                            MatMulTiles.Outer(height, vectors, one);
                            if (!whole)
                            {
                                Put(tile, vectors * lanes, place, height, columns, addHere);
                            }

                            if (finish && k + depth == region.ToK)
                            {
                                Finish(place, n, height, columns);
                            }
                        }
                    }
                }
            }
        }

        private void ComputeDot(in Region region, float* target, float* sums, bool add, bool finish)
        {
            float** rowsA = stackalloc float*[8];
            float** rowsB = stackalloc float*[MatMulTiles.DotColumns];
            int depth;
            for (int k = region.FromK; k < region.ToK; k += depth)
            {
                // What is left over for a last block must fill a vector: else it joins the block before.
                depth = region.ToK - k < DotBlockK + MatMulTiles.Lanes ? region.ToK - k : DotBlockK;
                // The rows of A pass by again and again, from a near cache; those of B, which may be many, only once.
                int pointed = -1;
                for (int n = region.FromN; n < region.ToN; n += MatMulTiles.DotColumns)
                {
                    // Columns and rows past the end repeat the last one; their sums go nowhere.
                    for (int column = 0; column < MatMulTiles.DotColumns; column++)
                    {
                        rowsB[column] = b + ((long)Math.Min(n + column, region.ToN - 1) * Shape.K) + k;
                    }

                    int columns = Math.Min(MatMulTiles.DotColumns, region.ToN - n);
                    int height;
                    for (int m = region.FromM; m < region.ToM; m += height)
                    {
                        height = MatMulTiles.NextDotRows(region.ToM - m);
                        for (int row = 0; row < height && m != pointed; row++)
                        {
                            rowsA[row] = a + ((long)Math.Min(m + row, region.ToM - 1) * Shape.K) + k;
                        }

                        pointed = m;
                        MatMulTiles.Dot(height, rowsA, rowsB, depth, sums);
                        int rows = Math.Min(height, region.ToM - m);
                        float* place = target + ((long)m * Shape.N) + n;
                        Put(sums, MatMulTiles.DotColumns, place, rows, columns, add || k > region.FromK);
                        if (finish && k + depth == region.ToK)
                        {
                            Finish(place, n, rows, columns);
                        }
                    }
                }
            }
        }

        /// <summary>What asks for the panel of B that is next: in the same rows of K, or the first of those after.</summary>
        private AskRows Ahead(in Region region, int k, int n)
        {
            if (n >= region.ToN)
            {
                (k, n) = (k + plan.blockK, region.FromN);
            }

            if (!plan.asks || k >= region.ToK)
            {
                return default;
            }

            int depth = Math.Min(plan.blockK, region.ToK - k);
            int columns = Math.Min(MatMulTiles.MaxVectors * MatMulTiles.Lanes, region.ToN - n);
            return new AskRows(b + ((long)k * Shape.N) + n, Shape.N, depth, columns);
        }

        /// <summary>A panel [k][column], filled up with zeros to <paramref name="width"/>.</summary>
        private void PackB(int k, int depth, int n, int columns, int width, float* target)
        {
            if (columns < width)
            {
                new Span<float>(target, width * depth).Clear();
            }

            if (Shape.TransposeB)
            {
                MatMulTiles.Transpose(b + ((long)n * Shape.K) + k, Shape.K, target, width, columns, depth);
            }
            else
            {
                MatMulTiles.CopyRows(b + ((long)k * Shape.N) + n, Shape.N, target, width, depth, columns);
            }
        }

        /// <summary>C (+)= a tile that was computed aside.</summary>
        private void Put(float* tile, int tileRow, float* target, int rows, int columns, bool add)
        {
            for (int row = 0; row < rows; row++, tile += tileRow, target += Shape.N)
            {
                int column = 0;
                for (; column <= columns - Vector128<float>.Count; column += Vector128<float>.Count)
                {
                    Vector128<float> four = Vector128.Load(tile + column);
                    (add ? four + Vector128.Load(target + column) : four).Store(target + column);
                }

                for (; column < columns; column++)
                {
                    target[column] = add ? target[column] + tile[column] : tile[column];
                }
            }
        }

        /// <summary>+ bias and ReLU over a tile of C that is complete.</summary>
        private void Finish(float* tile, int n, int rows, int columns)
        {
            if (bias == null && !Relu)
            {
                return;
            }

            // Without ReLU the floor is one that no number is below.
            float floor = Relu ? 0f : float.NegativeInfinity;
            for (int row = 0; row < rows; row++, tile += Shape.N)
            {
                int column = 0;
                for (; column <= columns - Vector<float>.Count; column += Vector<float>.Count)
                {
                    Vector<float> value = Vector.Load(tile + column);
                    value = bias == null ? value : value + Vector.Load(bias + n + column);
                    Vector.Store(Vector.Max(value, Vector.Create(floor)), tile + column);
                }

                for (; column < columns; column++)
                {
                    float value = tile[column] + (bias == null ? 0f : bias[n + column]);
                    tile[column] = MathF.Max(value, floor);
                }
            }
        }
    }

    /// <summary>A range of C and the range of K that is summed into it.</summary>
    private readonly record struct Region(int FromM, int ToM, int FromN, int ToN, int FromK, int ToK);
}
