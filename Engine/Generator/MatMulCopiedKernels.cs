// Rung 6 of the portable matrix product: rung 4, whose operands come past the registers, by asynchronous copies of the
// GPU. A tile has three buffers: one is summed, the next two steps along K are on their way. The sums are those of rung
// 4 in the same order.
namespace NativeCnn.Generator;

/// <summary>Writes <c>MatMulCopiedKernels</c>.</summary>
internal static class MatMulCopiedKernels
{
    private const int Strips = 2;
    private const int Buffers = 3;
    private const int StepK = 8;               // As OperandCopies has it.
    private const int Tile = 4 * Strips * 16;
    private const int Stride = (Tile / 4) + 1; // As OperandCopies has it.

    private static readonly (string Name, string Line, string PerLine, string PerTerm, string First, string End)[]
        Operands =
        [
            ("A", "m", "a.ARow", "a.AStep", "firstM", "a.M"),
            ("B", "n", "a.BColumn", "a.BStep", "firstN", "a.N"),
        ];

    public static GeneratedFile File()
    {
        var code = new CodeWriter("MatMulCopiedKernels.cs");
        code.Add($$"""
            using ILGPU;
            using NativeCnn.Engine.Kernels;
            using NativeCnn.Engine.Tensors;

            namespace NativeCnn.Engine.Operators;

            /// <summary>Rung 6 of <see cref="MatMulKernels"/>.</summary>
            internal static class MatMulCopiedKernels
            {
            /// <summary>A tile of {{Tile}} x {{Tile}} a group of 256 threads, 8 x 8 a thread.</summary>
            [Rung(MatMulKernels.Ladder, 6)]
            [LaunchBounds(256, 2)] // Two groups a multiprocessor, thus 128 registers a thread.
            public static void Copied8x8(MatMulKernels.Args a)
            {
            """);
        foreach ((string name, string line, _, _, _, _) in Operands)
        {
            int length = Buffers * StepK * Stride;
            code.Add(
                $"ArrayView<Float4> tile{name} = SharedMemory.Allocate<Float4>({length}); // [buffer, k, {line}]");
        }

        code.Add($$"""
            int thread = Group.IdxX;
            int kPart = Grid.IdxZ;
            int firstM = Grid.IdxX * {{Tile}};
            int firstN = Grid.IdxY * {{Tile}};
            int firstK = kPart * a.PartK;
            int endK = IntrinsicMath.Min(a.K, firstK + a.PartK);

            """);
        foreach ((string name, _, string perLine, string perTerm, string first, string end) in Operands)
        {
            code.Add($"""
                var copies{name} = new OperandCopies(
                    thread, a.{name}InFloat4 != 0, {first}, {end}, {perLine}, {perTerm});
                int at{name} = copies{name}.At({first}, firstK, {perLine}, {perTerm});
                """);
        }

        code.Add("""

            // The sums of this thread. 32 neighbours make a rectangle of 8 x 4, for whose sums they read the least.
            int x = (thread & 7) + ((thread >> 2) & 8);
            int y = ((thread >> 3) & 3) + ((thread >> 6) * 4);
            int m = firstM + (4 * y);
            int n = firstN + (4 * x);

            for (int block = firstK; block < endK; block += MatMulKernels.BlockK)
            {
            int end = IntrinsicMath.Min(endK, block + MatMulKernels.BlockK);
            """);
        for (int buffer = 0; buffer < Buffers - 1; buffer++)
        {
            Start(code, $"{RegisterTile.Plus("block", buffer * StepK)}", $"{buffer * StepK}", ahead: buffer * StepK);
        }

        RegisterTile.Sums(code, 4 * Strips, 4 * Strips);
        code.Add($$"""
            int buffer = 0; // Its first k.
            int free = {{(Buffers - 1) * StepK}};
            for (int k = block; k < end; k += {{StepK}})
            {
            // This step has landed, and nobody sums the one before any more, whose buffer is free.
            AsyncCopy.Wait({{Buffers - 2}});
            Group.Barrier();
            """);
        Start(code, $"k + {(Buffers - 1) * StepK}", "free", ahead: (Buffers - 1) * StepK);
        foreach ((string name, _, _, string perTerm, _, _) in Operands)
        {
            code.Add($"at{name} += {StepK} * {perTerm};");
        }

        MatMulRegisterKernels.Products(code, Strips, Stride, StepK, unroll: 4);
        code.Add($$"""

            free = buffer;
            buffer = buffer == {{(Buffers - 1) * StepK}} ? 0 : buffer + {{StepK}};
            }

            // The next block begins with all buffers free.
            AsyncCopy.Wait(0);
            Group.Barrier();
            """);
        MatMulRegisterKernels.Stores(code, Strips);
        code.Add("""
            }
            }
            }
            """);
        return new GeneratedFile("Engine/Operators/MatMul/Generated/MatMulCopiedKernels.g.cs", code.ToString());
    }

    private static void Start(CodeWriter code, string k, string buffer, int ahead)
    {
        foreach ((string name, _, _, string perTerm, _, _) in Operands)
        {
            string at = ahead == 0 ? $"at{name}" : $"at{name} + ({ahead} * {perTerm})";
            string left = k.Contains('+') ? $"end - ({k})" : $"end - {k}";
            code.Add($"copies{name}.Start(a.{name}, {at}, {left}, tile{name}, {buffer});");
        }

        code.Add("AsyncCopy.Commit();");
    }
}
