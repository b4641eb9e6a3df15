// Rung 5 of the portable matrix product, on tensor cores. Warps of 32 lanes, 2 along M and 2 along N, each with tiles
// of 16 x 8 of C: so many strips of 16 rows, so many columns of 8. Operands come as in MatMulRegisterKernels and are
// rounded to tf32 on the way into shared memory.
namespace NativeCnn.Generator;

/// <summary>Writes <c>MatMulTensorKernels</c>.</summary>
internal static class MatMulTensorKernels
{
    private const int Strips = 4;
    private const int Columns = 4;
    private const int StepK = 16;
    private const int Threads = 128;
    private const int TileM = 2 * 16 * Strips;
    private const int TileN = 2 * 8 * Columns;

    // 8 floats off a multiple of 32: what a warp reads lies in 32 different banks.
    private const int StrideA = (TileM / 4) + 2;
    private const int StrideB = (TileN / 4) + 2;

    private static readonly Factor[] Factors =
    [
        new("A", TileM, StrideA, Line: "ARow", First: "firstM", End: "a.M"),
        new("B", TileN, StrideB, Line: "BColumn", First: "firstN", End: "a.N"),
    ];

    public static GeneratedFile File()
    {
        var code = new CodeWriter("MatMulTensorKernels.cs");
        code.Add($$"""
            using ILGPU;
            using NativeCnn.Engine.Kernels;
            using NativeCnn.Engine.Tensors;

            namespace NativeCnn.Engine.Operators;

            /// <summary>Rung 5 of <see cref="MatMulKernels"/>.</summary>
            internal static class MatMulTensorKernels
            {
            /// <summary>Threads of a group.</summary>
            public const int Threads = {{Threads}};

            /// <summary>Rows of a tile.</summary>
            public const int TileM = {{TileM}};

            /// <summary>Columns of a tile.</summary>
            public const int TileN = {{TileN}};

            /// <summary>{{TileM}} x {{TileN}} a group of 4 warps, {{TileM / 2}} x {{TileN / 2}} a warp.</summary>
            [Rung(MatMulKernels.Ladder, 5)]
            [LaunchBounds({{Threads}}, 3)] // Three groups a multiprocessor, thus 168 registers a thread.
            public static void TensorCores(MatMulKernels.Args a)
            {
            ArrayView<Float4> tileA = SharedMemory.Allocate<Float4>({{2 * StepK * StrideA}}); // [buffer, k, m]
            ArrayView<Float4> tileB = SharedMemory.Allocate<Float4>({{2 * StepK * StrideB}}); // [buffer, k, n]
            ArrayView<float> exchange = SharedMemory.Allocate<float>({{Threads}} * TensorCore.Held);
            ArrayView<float> floatsA = tileA.Cast<float>();
            ArrayView<float> floatsB = tileB.Cast<float>();
            int thread = Group.IdxX;
            int firstM = Grid.IdxX * {{TileM}};
            int firstN = Grid.IdxY * {{TileN}};
            int firstK = Grid.IdxZ * a.PartK;
            int endK = IntrinsicMath.Min(a.K, firstK + a.PartK);

            // What this thread brings of A and of B: Float4 of neighbours in memory.
            """);
        foreach (Factor factor in Factors)
        {
            Brings(code, factor);
        }

        code.Add($$"""

            // Where this lane's elements are: see TensorCore.
            int group = (thread >> 2) & 7;
            int place = thread & 3;
            int rows = (((thread >> 5) & 1) * {{TileM / 2}}) + group;
            int columns = ((thread >> 6) * {{TileN / 2}}) + group;
            int m = firstM + rows;
            int n = firstN + columns - group + (2 * place);

            for (int block = firstK; block < endK; block += MatMulKernels.BlockK)
            {
            int end = IntrinsicMath.Min(endK, block + MatMulKernels.BlockK);
            """);
        Load(code, "block", declare: true);
        Stage(code, "");
        code.Add("Group.Barrier();");
        for (int strip = 0; strip < Strips; strip++)
        {
            for (int column = 0; column < Columns; column++)
            {
                code.Add($"Float4 s{strip}{column} = new(0f, 0f, 0f, 0f);");
            }
        }

        code.Add($$"""
            int buffer = 0; // Its first k.
            for (int k = block; k < end; k += {{StepK}})
            {
            // Asked for now, needed after the sums.
            atA += {{StepK}} * a.AStep;
            atB += {{StepK}} * a.BStep;
            """);
        Load(code, $"k + {StepK}", declare: false);
        Multiply(code);
        code.Add($"""

            buffer = {StepK} - buffer;
            """);
        Stage(code, "buffer + ");
        code.Add("""
            Group.Barrier();
            }

            bool first = block == firstK;
            bool last = end == endK;
            // In hiding from ILGPU, which would keep all these addresses in registers throughout the loop.
            m += a.Zero;
            n += a.Zero;
            """);
        for (int strip = 0; strip < Strips; strip++)
        {
            for (int column = 0; column < Columns; column++)
            {
                string s = $"s{strip}{column}";
                string at = $"n + {8 * column}";
                code.Add($"""
                    MatMulKernels.Store(a, m + {16 * strip}, {at}, first, last, {s}.X, {s}.Y);
                    MatMulKernels.Store(a, m + {(16 * strip) + 8}, {at}, first, last, {s}.Z, {s}.W);
                    """);
            }
        }

        code.Add("""
            }
            }
            }
            """);
        return new GeneratedFile("Engine/Operators/MatMul/Generated/MatMulTensorKernels.g.cs", code.ToString());
    }

    // One Float4 along K in so many threads, or one along lines.
    private static void Brings(CodeWriter code, Factor factor)
    {
        (string name, int float4s) = (factor.Name, factor.Tile / 4);
        code.Add($"""
            bool along{name} = a.{name}AlongK;
            int line{name} = along{name} ? thread >> 2 : (thread & {float4s - 1}) * 4;
            int term{name} = along{name} ? (thread & 3) * 4 : thread >> {int.Log2(float4s)};
            int nextLine{name} = along{name} ? {Threads / 4} : 0;
            int nextTerm{name} = along{name} ? 0 : {Threads / float4s};
            int at{name} = (({factor.First} + line{name}) * a.{factor.Line}) + ((firstK + term{name}) * a.{name}Step);
            int next{name} = (nextLine{name} * a.{factor.Line}) + (nextTerm{name} * a.{name}Step);
            """);
    }

    private static void Load(CodeWriter code, string k, bool declare)
    {
        foreach (Factor factor in Factors)
        {
            (string name, string type) = (factor.Name, declare ? "Float4 " : "");
            for (int j = 0; j < factor.Float4s; j++)
            {
                string at = $"at{name}{Times(j, $"next{name}")}";
                string line = $"{factor.First} + line{name}{Times(j, $"nextLine{name}")}";
                code.Add($"""
                    {type}of{name}{j} = MatMulKernels.Load(
                        a.{name}, {at}, a.{name}InFloat4 != 0, along{name}, {line}, {factor.End},
                        {k} + term{name}{Times(j, $"nextTerm{name}")}, end);
                    """);
            }
        }
    }

    private static void Stage(CodeWriter code, string buffer)
    {
        foreach (Factor factor in Factors)
        {
            string name = factor.Name;
            for (int j = 0; j < factor.Float4s; j++)
            {
                string line = $"line{name}{Times(j, $"nextLine{name}")}";
                code.Add($"""
                    MatMulKernels.Stage(tile{name}, {factor.Stride}, {buffer}term{name}{Times(j, $"nextTerm{name}")},
                        {line}, along{name}, TensorCore.Round(of{name}{j}));
                    """);
            }
        }
    }

    private static void Multiply(CodeWriter code)
    {
        code.Add($$"""
            for (int i = buffer; i < buffer + {{StepK}}; i += 8)
            {
            ArrayView<float> ofA = floatsA.SubView(((i + place) * {{4 * StrideA}}) + rows);
            ArrayView<float> ofB = floatsB.SubView(((i + place) * {{4 * StrideB}}) + columns);
            """);
        for (int column = 0; column < Columns; column++)
        {
            code.Add($"""
                float b{column}0 = ofB[{8 * column}];
                float b{column}1 = ofB[{(8 * column) + (16 * StrideB)}];
                """);
        }

        for (int strip = 0; strip < Strips; strip++)
        {
            for (int i = 0; i < 4; i++)
            {
                code.Add($"float a{strip}{i} = ofA[{(16 * strip) + (i % 2 * 8) + (i / 2 * 16 * StrideA)}];");
            }

            string ofStrip = string.Join(", ", Enumerable.Range(0, 4).Select(i => $"a{strip}{i}"));
            for (int column = 0; column < Columns; column++)
            {
                string s = $"s{strip}{column}";
                code.Add($"{s} = TensorCore.MultiplyAdd(exchange, {s}, {ofStrip}, b{column}0, b{column}1);");
            }
        }

        code.Add("}");
    }

    private static string Times(int count, string what) => count switch
    {
        0 => "",
        1 => $" + {what}",
        _ => $" + ({count} * {what})",
    };

    // One operand: its lines (rows of A, columns of B) in a tile and in memory.
    private sealed record Factor(string Name, int Tile, int Stride, string Line, string First, string End)
    {
        // Float4 that a thread brings in a step.
        public int Float4s => Tile * StepK / 4 / Threads;
    }
}
