// The portable kernels of the matrix product. The ladder:
//   1. Naive         one thread an element of C, reads as the formula; 2 loads from global memory a multiplication.
//   2. Tiled         groups of 16 x 16 threads bring 16 x 16 tiles of A and B into shared memory: 1/8 load a
//                    multiplication.
//   3. Registers4x4  groups of 256 threads, a 64 x 64 tile of C, 4 x 4 sums in each thread's registers; A and B come in
//                    Float4, and the next step along K is on its way while this one is summed: 1/32 load from global
//                    and 1/8 from shared memory a multiplication. In MatMulRegisterKernels.cs, which is generated.
//   4. Registers8x8  the same with 128 x 128 and 8 x 8: 1/64 and 1/16.
//   5. TensorCores   the tensor cores of an NVIDIA GPU (tf32: factors of 10 bits behind the point, sums of 23) on a
//                    128 x 64 tile, 64 x 32 a warp; only where the device was opened with that precision. In
//                    MatMulTensorKernels.cs, which is generated.
//   6. Copied8x8     rung 4, with A and B copied past the registers (cp.async), two steps along K ahead: the same sums.
//                    In MatMulCopiedKernels.cs, which is generated.
// All take any shape and any transposition, and add bias and ReLU to an element before they store it. Where C has few
// tiles and K is long, 2 to 6 split K into parts with groups of their own, and Combine adds the parts in order.
// MatMulPlan.cs says which runs when. Sums of more than 1,024 terms are sums of blocks, so that they keep their digits.
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="MatMul"/>.</summary>
internal static class MatMulKernels
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "matmul";

    /// <summary>Rows and columns of a tile of rung 2.</summary>
    public const int Tile = 16;

    /// <summary>Terms that rungs 3 and 4 sum up before they add them to C.</summary>
    public const int BlockK = 1024;

    // Off by one, so that a column lies in 16 different banks. The two lines that a warp stores at a time share one
    // bank, two turns in place of one; what it loads has no conflict.
    private const int TileStride = Tile + 1;

    /// <summary>Rung 1.</summary>
    [Rung(Ladder, 1)]
    public static void Naive(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.M * a.N; i += Grid.DimX * Group.DimX)
        {
            int m = i / a.N;
            int n = i % a.N;
            float sum = 0f;
            for (int first = 0; first < a.K; first += BlockK)
            {
                int end = IntrinsicMath.Min(a.K, first + BlockK);
                float part = 0f;
                for (int k = first; k < end; k++)
                {
                    part += a.A[(m * a.ARow) + (k * a.AStep)] * a.B[(k * a.BStep) + (n * a.BColumn)];
                }

                sum += part;
            }

            a.C[i] = Finished(a, i, n, sum);
        }
    }

    /// <summary>Rung 2. Sums go tile by tile, so that long ones keep their digits.</summary>
    [Rung(Ladder, 2)]
    public static void Tiled(Args a)
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(Tile * TileStride); // [m, k]
        ArrayView<float> tileB = SharedMemory.Allocate<float>(Tile * TileStride); // [k, n]
        int x = Group.IdxX;
        int y = Group.IdxY;
        int firstM = Grid.IdxX * Tile;
        int firstN = Grid.IdxY * Tile;
        int firstK = Grid.IdxZ * a.PartK;
        int endK = IntrinsicMath.Min(a.K, firstK + a.PartK);
        // Neighbouring threads read neighbouring addresses: x runs along the contiguous dimension of each operand.
        int mOfA = a.AStep == 1 ? y : x;
        int kOfA = a.AStep == 1 ? x : y;
        int nOfB = a.BColumn == 1 ? x : y;
        int kOfB = a.BColumn == 1 ? y : x;
        float sum = 0f;
        for (int k = firstK; k < endK; k += Tile)
        {
            bool hasA = firstM + mOfA < a.M && k + kOfA < endK;
            bool hasB = firstN + nOfB < a.N && k + kOfB < endK;
            tileA[(mOfA * TileStride) + kOfA] = hasA ? a.A[((firstM + mOfA) * a.ARow) + ((k + kOfA) * a.AStep)] : 0f;
            tileB[(kOfB * TileStride) + nOfB] = hasB ? a.B[((k + kOfB) * a.BStep) + ((firstN + nOfB) * a.BColumn)] : 0f;
            Group.Barrier();
            float part = 0f;
            for (int i = 0; i < Tile; i++)
            {
                part += tileA[(y * TileStride) + i] * tileB[(i * TileStride) + x];
            }

            sum += part;
            Group.Barrier();
        }

        int m = firstM + y;
        int n = firstN + x;
        if (m < a.M && n < a.N)
        {
            int i = (((Grid.IdxZ * a.M) + m) * a.N) + n;
            a.C[i] = Finished(a, i, n, sum);
        }
    }

    /// <summary>C from the parts that K was split into, added in order, eight at a time.</summary>
    public static void Combine(CombineArgs a)
    {
        int length = a.Args.M * a.Args.N;
        for (int i = Grid.GlobalLinearIndex; i < length; i += Grid.DimX * Group.DimX)
        {
            a.Args.C[i] = Combined(a, length, i);
        }
    }

    /// <summary>Element i of C, [length], from its parts.</summary>
    internal static float Combined(CombineArgs a, int length, int i)
    {
        float sum = 0f;
        int part = 0;
        for (; part + 8 <= a.Count; part += 8)
        {
            int at = (part * length) + i;
            float sum0 = a.Parts[at] + a.Parts[at + length];
            float sum1 = a.Parts[at + (2 * length)] + a.Parts[at + (3 * length)];
            float sum2 = a.Parts[at + (4 * length)] + a.Parts[at + (5 * length)];
            float sum3 = a.Parts[at + (6 * length)] + a.Parts[at + (7 * length)];
            sum += sum0 + sum1 + (sum2 + sum3);
        }

        for (; part < a.Count; part++)
        {
            sum += a.Parts[(part * length) + i];
        }

        return Finished(a.Args, i, i % a.Args.N, sum);
    }

    /// <summary>
    /// Four neighbours in memory of an operand as it is stored: along K from term k on, or else along rows of op(A)
    /// or columns of op(B) from <paramref name="line"/> on. 0 from the last line and the end of K on.
    /// </summary>
    internal static Float4 Load(
        ArrayView<float> operand, int at, bool inFloat4, bool alongK, int line, int lines, int k, int endK)
    {
        if (line >= lines || k >= endK)
        {
            return new Float4(0f, 0f, 0f, 0f);
        }

        if (inFloat4)
        {
            return operand.Cast<Float4>()[at / 4];
        }

        int count = alongK ? endK - k : lines - line;
        float x = operand[at];
        float y = 0f;
        float z = 0f;
        float w = 0f;
        if (count > 1)
        {
            y = operand[at + 1];
        }

        if (count > 2)
        {
            z = operand[at + 2];
        }

        if (count > 3)
        {
            w = operand[at + 3];
        }

        return new Float4(x, y, z, w);
    }

    /// <summary>Puts what <see cref="Load"/> gave into a tile [k, line] in shared memory.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="stride">Float4 from one k to the next.</param>
    /// <param name="k">The first term.</param>
    /// <param name="line">The first line, a multiple of 4 unless the four run along K.</param>
    /// <param name="alongK">The four run along K.</param>
    /// <param name="four">The values.</param>
    internal static void Stage(ArrayView<Float4> tile, int stride, int k, int line, bool alongK, Float4 four)
    {
        if (alongK)
        {
            ArrayView<float> floats = tile.Cast<float>();
            int at = (k * 4 * stride) + line;
            floats[at] = four.X;
            floats[at + (4 * stride)] = four.Y;
            floats[at + (8 * stride)] = four.Z;
            floats[at + (12 * stride)] = four.W;
        }
        else
        {
            tile[(k * stride) + (line / 4)] = four;
        }
    }

    /// <summary>Stores four neighbouring sums of a row of C, or as many as there are columns.</summary>
    /// <param name="a">The arguments.</param>
    /// <param name="m">The row.</param>
    /// <param name="n">The first column, a multiple of 4.</param>
    /// <param name="kPart">The part of K.</param>
    /// <param name="first">These are the part's first terms; later ones are added to the earlier.</param>
    /// <param name="last">These are the part's last terms: the moment for bias and ReLU.</param>
    /// <param name="sums">The sums.</param>
    internal static void Store(Args a, int m, int n, int kPart, bool first, bool last, Float4 sums)
    {
        if (m >= a.M || n >= a.N)
        {
            return;
        }

        int i = (((kPart * a.M) + m) * a.N) + n;
        bool add = !first || a.Accumulate != 0;
        bool bias = last && a.HasBias != 0;
        bool relu = last && a.Relu != 0;
        if (a.CInFloat4 != 0)
        {
            ArrayView<Float4> c = a.C.Cast<Float4>();
            float x = sums.X;
            float y = sums.Y;
            float z = sums.Z;
            float w = sums.W;
            if (add)
            {
                Float4 before = c[i / 4];
                x += before.X;
                y += before.Y;
                z += before.Z;
                w += before.W;
            }

            if (bias)
            {
                x += a.Bias[n];
                y += a.Bias[n + 1];
                z += a.Bias[n + 2];
                w += a.Bias[n + 3];
            }

            if (relu)
            {
                x = x < 0f ? 0f : x;
                y = y < 0f ? 0f : y;
                z = z < 0f ? 0f : z;
                w = w < 0f ? 0f : w;
            }

            c[i / 4] = new Float4(x, y, z, w);
            return;
        }

        a.C[i] = Finished(a, i, n, sums.X, add, bias, relu);
        if (n + 1 < a.N)
        {
            a.C[i + 1] = Finished(a, i + 1, n + 1, sums.Y, add, bias, relu);
        }

        if (n + 2 < a.N)
        {
            a.C[i + 2] = Finished(a, i + 2, n + 2, sums.Z, add, bias, relu);
        }

        if (n + 3 < a.N)
        {
            a.C[i + 3] = Finished(a, i + 3, n + 3, sums.W, add, bias, relu);
        }
    }

    /// <summary>Stores two neighbouring sums of a row of C, or as many as there are columns; see the other.</summary>
    internal static void Store(Args a, int m, int n, bool first, bool last, float sum, float next)
    {
        if (m >= a.M || n >= a.N)
        {
            return;
        }

        int i = (((Grid.IdxZ * a.M) + m) * a.N) + n;
        bool add = !first || a.Accumulate != 0;
        bool bias = last && a.HasBias != 0;
        bool relu = last && a.Relu != 0;
        a.C[i] = Finished(a, i, n, sum, add, bias, relu);
        if (n + 1 < a.N)
        {
            a.C[i + 1] = Finished(a, i + 1, n + 1, next, add, bias, relu);
        }
    }

    private static float Finished(Args a, int i, int n, float sum) =>
        Finished(a, i, n, sum, a.Accumulate != 0, a.HasBias != 0, a.Relu != 0);

    private static float Finished(Args a, int i, int n, float sum, bool add, bool bias, bool relu)
    {
        if (add)
        {
            sum += a.C[i];
        }

        if (bias)
        {
            sum += a.Bias[n];
        }

        return relu && sum < 0f ? 0f : sum;
    }

    internal readonly struct Args(
        MatMulShape shape, int partK, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, bool accumulate,
        ArrayView<float>? bias, bool relu)
    {
        public readonly ArrayView<float> A = a;
        public readonly ArrayView<float> B = b;
        public readonly ArrayView<float> C = c; // [M, N], or [parts, M, N] where K is split.
        public readonly ArrayView<float> Bias = bias ?? c; // Never read without HasBias.
        public readonly int M = shape.M;
        public readonly int N = shape.N;
        public readonly int K = shape.K;
        public readonly int PartK = partK;
        public readonly int ARow = shape.TransposeA ? 1 : shape.K;
        public readonly int AStep = shape.TransposeA ? shape.M : 1;
        public readonly int BStep = shape.TransposeB ? 1 : shape.N;
        public readonly int BColumn = shape.TransposeB ? shape.K : 1;

        // Every row of an operand begins at a multiple of 16 bytes.
        public readonly int AInFloat4 = InFloat4(a, shape.TransposeA ? shape.M : shape.K);
        public readonly int BInFloat4 = InFloat4(b, shape.TransposeB ? shape.K : shape.N);
        public readonly int CInFloat4 = InFloat4(c, shape.N);
        public readonly int Accumulate = accumulate ? 1 : 0;
        public readonly int HasBias = bias.HasValue ? 1 : 0;
        public readonly int Relu = relu ? 1 : 0;

        // Nothing but 0; what depends on it is not known to be the same in every turn of a loop.
        public readonly int Zero;

        // An operand that is one column or one row is contiguous both ways; K is then as good as any.
        public bool AAlongK => AStep == 1;

        public bool BAlongK => BStep == 1;

        private static int InFloat4(ArrayView<float> view, int row) => row % 4 == 0 && Float4.CanRead(view) ? 1 : 0;
    }

    internal readonly record struct CombineArgs(Args Args, ArrayView<float> Parts, int Count);
}
