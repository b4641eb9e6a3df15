using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>The generated tiles of every width: all of them run on any processor, if slowly.</summary>
public sealed unsafe class MatMulTilesTests
{
    private const int K = 37;

    private delegate void DotTile(float** a, float** b, int k, float* sums);

    [Fact]
    public void MatMulTiles_OuterOfEveryHeightAndWidth_IsTheSumOverK()
    {
        OuterOfEveryHeightAndWidth<FloatVector512>();
        OuterOfEveryHeightAndWidth<FloatVector256>();
        OuterOfEveryHeightAndWidth<FloatVector128>();
    }

    [Fact]
    public void MatMulTiles_DotOfEveryLength_IsTheSumOverK()
    {
        DotOfEveryLength<FloatVector512>(rows: 6, MatMulTiles<FloatVector512>.Dot6);
        DotOfEveryLength<FloatVector256>(rows: 6, MatMulTiles<FloatVector256>.Dot6);
        DotOfEveryLength<FloatVector128>(rows: 6, MatMulTiles<FloatVector128>.Dot6);
        DotOfEveryLength<FloatVector512>(rows: 4, MatMulTiles<FloatVector512>.Dot4);
        DotOfEveryLength<FloatVector512>(rows: 1, MatMulTiles<FloatVector512>.Dot1);
        DotOfEveryLength<FloatVector256>(rows: 1, MatMulTiles<FloatVector256>.Dot1);
        DotOfEveryLength<FloatVector128>(rows: 1, MatMulTiles<FloatVector128>.Dot1);
        DotOfEveryLength<FloatVector512>(rows: 2, MatMulTiles<FloatVector512>.Dot2);
        DotOfEveryLength<FloatVector256>(rows: 2, MatMulTiles<FloatVector256>.Dot2);
        DotOfEveryLength<FloatVector128>(rows: 2, MatMulTiles<FloatVector128>.Dot2);
    }

    private static void OuterOfEveryHeightAndWidth<TVector>() where TVector : unmanaged, IFloatVector<TVector>
    {
        float[] a = Randoms.Normal(8 * K, seed: 1);
        float[] b = Randoms.Normal(K * 3 * TVector.Count, seed: 2);
        for (int rows = 8; rows >= 1; rows /= 2)
        {
            for (int vectors = 1; vectors <= 3; vectors++)
            {
                int columns = vectors * TVector.Count;
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
                    MatMulTiles<TVector>.Outer(rows, vectors, tile);
                    tile.Add = true;
                    MatMulTiles<TVector>.Outer(rows, vectors, tile);
                }

                AssertTwice(expected, c, $"{TVector.Count} lanes, {rows} x {vectors}");
            }
        }
    }

    private static void DotOfEveryLength<TVector>(int rows, DotTile dot)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        float** rowsA = stackalloc float*[rows];
        float** rowsB = stackalloc float*[MatMulTiles.DotColumns];
        for (int k = TVector.Count; k <= 2 * TVector.Count; k++)
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

                dot(rowsA, rowsB, k, ps);
            }

            double[] expected = MatMulTests.Product(shape, a.ToDouble(), b.ToDouble());
            AssertTwice(expected, Array.ConvertAll(sums, sum => 2 * sum), $"{TVector.Count} lanes, k = {k}");
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
