// Rungs 3 and 4 of the portable matrix product. ILGPU unrolls no loop and keeps an array in slow local memory: every
// sum is a local of its own, every step spelled out.
// A thread has strips of 4 rows and of 4 columns, 64 apart: what a warp reads of a tile is then contiguous. A step
// along K brings 1,024 elements of each operand, one Float4 a thread, into one of two buffers; the other is summed.
namespace NativeCnn.Generator;

/// <summary>Writes <c>MatMulRegisterKernels</c>.</summary>
internal static class MatMulRegisterKernels
{
    private const int Threads = 16; // Along M and along N.

    public static GeneratedFile File()
    {
        var code = new CodeWriter("MatMulRegisterKernels.cs");
        code.Add("""
            using ILGPU;
            using NativeCnn.Engine.Kernels;
            using NativeCnn.Engine.Tensors;

            namespace NativeCnn.Engine.Operators;

            /// <summary>Rungs 3 and 4 of <see cref="MatMulKernels"/>.</summary>
            internal static class MatMulRegisterKernels
            {
            /// <summary>Rows and columns of a tile of <see cref="Registers4x4"/>.</summary>
            public const int Tile4x4 = 64;

            /// <summary>Rows and columns of a tile of <see cref="Registers8x8"/>.</summary>
            public const int Tile8x8 = 128;
            """);
        Kernel(code, rung: 3, strips: 1, stepK: 16, unroll: 4);
        Kernel(code, rung: 4, strips: 2, stepK: 8, unroll: 4);
        code.Add("}");
        return new GeneratedFile("Engine/Operators/MatMul/Generated/MatMulRegisterKernels.g.cs", code.ToString());
    }

    private static void Kernel(CodeWriter code, int rung, int strips, int stepK, int unroll)
    {
        int own = 4 * strips; // Rows and columns of one thread.
        int tile = own * Threads;
        // Off by one Float4. Of the four k and eight lines of A that a warp stores at once, two share a bank on rung 3;
        // on rung 4, and where it loads, there is no conflict.
        int stride = (tile / 4) + 1;
        code.Add($$"""

            /// <summary>A tile of {{tile}} x {{tile}} a group of 256 threads, {{own}} x {{own}} a thread.</summary>
            [Rung(MatMulKernels.Ladder, {{rung}})]
            [LaunchBounds(256, 2)] // Two groups a multiprocessor, thus 128 registers a thread.
            public static void Registers{{own}}x{{own}}(MatMulKernels.Args a) =>
            Tile{{own}}x{{own}}Of(a, Grid.IdxX, Grid.IdxY, Grid.IdxZ);
            """);
        if (rung == 3)
        {
            code.Add("""

                /// <summary>The backward pass of a dense layer: the tiles of both products, and the bias.</summary>
                [LaunchBounds(256, 2)]
                public static void DenseBackward4x4(DenseBackwardArgs a)
                {
                if (Grid.IdxX >= a.Tiles)
                {
                a.SumBias(Grid.IdxX - a.Tiles);
                }
                else
                {
                MatMulKernels.Args product = a.Weight;
                int tile = Grid.IdxX;
                if (tile >= a.WeightTiles)
                {
                product = a.Input;
                tile -= a.WeightTiles;
                }

                QuotientRemainder place = QuotientRemainder.Of(tile, (product.M + Tile4x4 - 1) / Tile4x4);
                Tile4x4Of(product, place.Remainder, place.Quotient, 0);
                }
                }
                """);
        }

        code.Add($$"""

            private static void Tile{{own}}x{{own}}Of(MatMulKernels.Args a, int tileM, int tileN, int kPart)
            {
            ArrayView<Float4> tileA = SharedMemory.Allocate<Float4>({{2 * stepK * stride}}); // [buffer, k, m]
            ArrayView<Float4> tileB = SharedMemory.Allocate<Float4>({{2 * stepK * stride}}); // [buffer, k, n]
            int thread = Group.IdxX;
            int firstM = tileM * {{tile}};
            int firstN = tileN * {{tile}};
            int firstK = kPart * a.PartK;
            int endK = IntrinsicMath.Min(a.K, firstK + a.PartK);

            // The four elements of A and of B that this thread brings: neighbours in memory.
            bool alongA = a.AAlongK;
            bool alongB = a.BAlongK;
            int lineA = alongA ? thread / {{stepK / 4}} : thread % {{tile / 4}} * 4;
            int termA = alongA ? thread % {{stepK / 4}} * 4 : thread / {{tile / 4}};
            int lineB = alongB ? thread / {{stepK / 4}} : thread % {{tile / 4}} * 4;
            int termB = alongB ? thread % {{stepK / 4}} * 4 : thread / {{tile / 4}};
            int atA = ((firstM + lineA) * a.ARow) + ((firstK + termA) * a.AStep);
            int atB = ((firstN + lineB) * a.BColumn) + ((firstK + termB) * a.BStep);

            // The sums of this thread. 32 neighbours make a rectangle of 8 x 4, for whose sums they read the least.
            int x = (thread & 7) + ((thread >> 2) & 8);
            int y = ((thread >> 3) & 3) + ((thread >> 6) * 4);
            int m = firstM + (4 * y);
            int n = firstN + (4 * x);

            for (int block = firstK; block < endK; block += MatMulKernels.BlockK)
            {
            int end = IntrinsicMath.Min(endK, block + MatMulKernels.BlockK);
            Float4 nextA = MatMulKernels.Load(
                a.A, atA, a.AInFloat4 != 0, alongA, firstM + lineA, a.M, block + termA, end);
            Float4 nextB = MatMulKernels.Load(
                a.B, atB, a.BInFloat4 != 0, alongB, firstN + lineB, a.N, block + termB, end);
            MatMulKernels.Stage(tileA, {{stride}}, termA, lineA, alongA, nextA);
            MatMulKernels.Stage(tileB, {{stride}}, termB, lineB, alongB, nextB);
            Group.Barrier();
            """);
        RegisterTile.Sums(code, own, own);
        code.Add($$"""
            int buffer = 0; // Its first k.
            for (int k = block; k < end; k += {{stepK}})
            {
            // Asked for now, needed after the sums.
            atA += {{stepK}} * a.AStep;
            atB += {{stepK}} * a.BStep;
            nextA = MatMulKernels.Load(
                a.A, atA, a.AInFloat4 != 0, alongA, firstM + lineA, a.M, k + {{stepK}} + termA, end);
            nextB = MatMulKernels.Load(
                a.B, atB, a.BInFloat4 != 0, alongB, firstN + lineB, a.N, k + {{stepK}} + termB, end);
            """);
        Products(code, strips, stride, stepK, unroll);
        code.Add($$"""

            buffer = {{stepK}} - buffer;
            MatMulKernels.Stage(tileA, {{stride}}, buffer + termA, lineA, alongA, nextA);
            MatMulKernels.Stage(tileB, {{stride}}, buffer + termB, lineB, alongB, nextB);
            Group.Barrier();
            }
            """);
        Stores(code, strips);
        code.Add("""
            }
            }
            """);
    }

    /// <summary>Adds the products of a step to the sums, which <see cref="RegisterTile.Sums"/> declared.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="strips">Strips of 4 rows and of 4 columns of a thread.</param>
    /// <param name="stride">Float4 from one k of a tile to the next.</param>
    /// <param name="stepK">Terms of the step; its first is <c>buffer</c>.</param>
    /// <param name="unroll">Terms that are spelled out.</param>
    public static void Products(CodeWriter code, int strips, int stride, int stepK, int unroll)
    {
        int own = 4 * strips;
        code.Add($$"""
            // A loop, for ILGPU moves sums to where it first needs them: without, past the barrier.
            for (int i = buffer; i < buffer + {{stepK}}; i += {{unroll}})
            {
            ArrayView<Float4> ofA = tileA.SubView((i * {{stride}}) + y);
            ArrayView<Float4> ofB = tileB.SubView((i * {{stride}}) + x);
            """);
        for (int step = 0; step < unroll; step++)
        {
            string declare = step == 0 ? "Float4 " : "";
            for (int strip = 0; strip < strips; strip++)
            {
                int offset = (step * stride) + (strip * Threads);
                code.Add($"""
                    {declare}a{strip} = ofA[{offset}];
                    {declare}b{strip} = ofB[{offset}];
                    """);
            }

            RegisterTile.Products(code, own, own);
        }

        code.Add("}");
    }

    /// <summary>Stores the sums of a block of terms.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="strips">Strips of 4 rows and of 4 columns of a thread.</param>
    public static void Stores(CodeWriter code, int strips)
    {
        int own = 4 * strips;
        code.Add("""

            bool first = block == firstK;
            bool last = end == endK;
            // In hiding from ILGPU, which would keep all these addresses in registers throughout the loop.
            m += a.Zero;
            n += a.Zero;
            """);
        for (int row = 0; row < own; row++)
        {
            string ofRow = RegisterTile.Plus("m", (row / 4 * 4 * Threads) + (row % 4));
            for (int strip = 0; strip < strips; strip++)
            {
                string ofColumn = RegisterTile.Plus("n", strip * 4 * Threads);
                string sums = RegisterTile.SumsOf(row, 4 * strip, 4);
                code.Add($"MatMulKernels.Store(a, {ofRow}, {ofColumn}, kPart, first, last, new Float4({sums}));");
            }
        }
    }
}
