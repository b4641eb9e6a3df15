// The portable kernels of the matrix product. The ladder:
//   1. Naive   one thread an element of C, reads as the formula; 2 loads from global memory a multiplication.
//   2. Tiled   groups of 16 x 16 threads bring 16 x 16 tiles of A and B into shared memory: 1/8 load a multiplication.
// Both take any shape and any transposition, and add bias and ReLU to an element before they store it.
using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="MatMul"/>.</summary>
internal static class MatMulKernels
{
    private const int Tile = 16;
    private const int TileStride = Tile + 1; // Off by one, so that a column lies in 16 different banks.

    /// <summary>Rung 2 from the shape on where most threads of its groups have work, or where sums are long.</summary>
    public static bool UseTiles(MatMulShape shape) =>
        (shape.M >= Tile && shape.N >= Tile && shape.K >= Tile) || shape.K > 1024;

    /// <summary>The groups of rung 2: tiles along M in x, where a grid may be longest, tiles along N in y.</summary>
    public static KernelConfig TiledGrid(MatMulShape shape) => new(
        new Index3D((shape.M + Tile - 1) / Tile, (shape.N + Tile - 1) / Tile, 1), new Index3D(Tile, Tile, 1));

    /// <summary>Rung 1.</summary>
    public static void Naive(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.M * a.N; i += Grid.DimX * Group.DimX)
        {
            int m = i / a.N;
            int n = i % a.N;
            float sum = 0f;
            for (int k = 0; k < a.K; k++)
            {
                sum += a.A[(m * a.ARow) + (k * a.AStep)] * a.B[(k * a.BStep) + (n * a.BColumn)];
            }

            Finish(a, m, n, sum);
        }
    }

    /// <summary>Rung 2. Sums go tile by tile, so that long ones keep their digits.</summary>
    [Rung(2)]
    public static void Tiled(Args a)
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(Tile * TileStride); // [m, k]
        ArrayView<float> tileB = SharedMemory.Allocate<float>(Tile * TileStride); // [k, n]
        int x = Group.IdxX;
        int y = Group.IdxY;
        int firstM = Grid.IdxX * Tile;
        int firstN = Grid.IdxY * Tile;
        // Neighbouring threads read neighbouring addresses: x runs along the contiguous dimension of each operand.
        int mOfA = a.AStep == 1 ? y : x;
        int kOfA = a.AStep == 1 ? x : y;
        int nOfB = a.BColumn == 1 ? x : y;
        int kOfB = a.BColumn == 1 ? y : x;
        float sum = 0f;
        for (int k = 0; k < a.K; k += Tile)
        {
            bool hasA = firstM + mOfA < a.M && k + kOfA < a.K;
            bool hasB = firstN + nOfB < a.N && k + kOfB < a.K;
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

        if (firstM + y < a.M && firstN + x < a.N)
        {
            Finish(a, firstM + y, firstN + x, sum);
        }
    }

    private static void Finish(Args a, int m, int n, float sum)
    {
        int i = (m * a.N) + n;
        if (a.Accumulate != 0)
        {
            sum += a.C[i];
        }

        if (a.HasBias != 0)
        {
            sum += a.Bias[n];
        }

        a.C[i] = a.Relu != 0 && sum < 0f ? 0f : sum;
    }

    internal readonly struct Args(
        MatMulShape shape, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, bool accumulate,
        ArrayView<float>? bias, bool relu)
    {
        public readonly ArrayView<float> A = a;
        public readonly ArrayView<float> B = b;
        public readonly ArrayView<float> C = c;
        public readonly ArrayView<float> Bias = bias ?? c; // Never read without HasBias.
        public readonly int M = shape.M;
        public readonly int N = shape.N;
        public readonly int K = shape.K;
        public readonly int ARow = shape.TransposeA ? 1 : shape.K;
        public readonly int AStep = shape.TransposeA ? shape.M : 1;
        public readonly int BStep = shape.TransposeB ? 1 : shape.N;
        public readonly int BColumn = shape.TransposeB ? shape.K : 1;
        public readonly int Accumulate = accumulate ? 1 : 0;
        public readonly int HasBias = bias.HasValue ? 1 : 0;
        public readonly int Relu = relu ? 1 : 0;
    }
}
