using NativeCnn.Engine.Operators;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>The generated tiles of every width: all of them run on any processor, if slowly.</summary>
public sealed unsafe class MatMulTilesTests
{
    private const int K = 37;

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void MatMulTiles_OuterOfEveryHeightAndWidth_IsTheSumOverK(int bits)
    {
        int lanes = bits / 32;
        float[] a = Randoms.Normal(8 * K, seed: 1);
        float[] b = Randoms.Normal(K * 3 * lanes, seed: 2);
        for (int rows = bits == 512 ? 8 : 4; rows >= 1; rows /= 2)
        {
            for (int vectors = 1; vectors <= 3; vectors++)
            {
                int columns = vectors * lanes;
                var shape = new MatMulShape(rows, columns, K);
                double[] expected = MatMulTests.Product(
                    shape, a.AsSpan(0, rows * K).ToArray().ToDouble(), b.AsSpan(0, K * columns).ToArray().ToDouble());
                float[] c = new float[expected.Length];
                fixed (float* pa = a, pb = b, pc = c)
                {
                    var tile = new MatMulTile
                    {
                        A = pa,
                        ARow = K,
                        AStep = 1,
                        B = pb,
                        BStep = columns,
                        C = pc,
                        CRow = columns,
                        K = K,
                    };
                    Outer(bits, rows, vectors, tile);
                    tile.Add = true;
                    Outer(bits, rows, vectors, tile);
                }

                AssertTwice(expected, c, $"{bits} bits, {rows} x {vectors}");
            }
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void MatMulTiles_DotOfEveryLength_IsTheSumOverK(int bits)
    {
        int rows = bits == 512 ? MatMulTiles512.DotRows : bits == 256 ? MatMulTiles256.DotRows : MatMulTiles128.DotRows;
        float** rowsA = stackalloc float*[rows];
        float** rowsB = stackalloc float*[MatMulTiles.DotColumns];
        for (int k = bits / 32; k <= 2 * bits / 32; k++)
        {
            float[] a = Randoms.Normal(rows * k, seed: 3);
            float[] b = Randoms.Normal(MatMulTiles.DotColumns * k, seed: 4);
            var shape = new MatMulShape(rows, MatMulTiles.DotColumns, k, TransposeB: true);
            float[] sums = new float[shape.C.Length];
            fixed (float* pa = a, pb = b, ps = sums)
            {
                for (int row = 0; row < rows; row++)
                {
                    rowsA[row] = pa + (row * k);
                }

                for (int column = 0; column < MatMulTiles.DotColumns; column++)
                {
                    rowsB[column] = pb + (column * k);
                }

                switch (bits)
                {
                    case 512:
                        MatMulTiles512.Dot(rowsA, rowsB, k, ps);
                        break;
                    case 256:
                        MatMulTiles256.Dot(rowsA, rowsB, k, ps);
                        break;
                    default:
                        MatMulTiles128.Dot(rowsA, rowsB, k, ps);
                        break;
                }
            }

            double[] expected = MatMulTests.Product(shape, a.ToDouble(), b.ToDouble());
            AssertTwice(expected, Array.ConvertAll(sums, sum => 2 * sum), $"{bits} bits, k = {k}");
        }
    }

    private static void Outer(int bits, int rows, int vectors, in MatMulTile tile)
    {
        switch (bits)
        {
            case 512:
                MatMulTiles512.Outer(rows, vectors, tile);
                break;
            case 256:
                MatMulTiles256.Outer(rows, vectors, tile);
                break;
            default:
                MatMulTiles128.Outer(rows, vectors, tile);
                break;
        }
    }

    private static void AssertTwice(double[] expected, float[] got, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(got[i] - (2 * expected[i])) <= 1e-4,
                $"{what}, element {i}: got {got[i]:G9}, the float64 reference gives {2 * expected[i]:G9}");
        }
    }
}
