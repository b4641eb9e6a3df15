using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>
/// The generated tiles of Conv1d and ConvReluPool in every width: all of them run on any processor, if slowly.
/// </summary>
public sealed unsafe class ConvolutionTilesTests
{
    private const int Terms = 37;

    [Fact]
    public void ConvolutionTiles_StripOfEveryHeightAndWidth_IsTheSumOverRows()
    {
        StripOfEveryHeightAndWidth<FloatVector512>();
        StripOfEveryHeightAndWidth<FloatVector256>();
        StripOfEveryHeightAndWidth<FloatVector128>();
    }

    [Fact]
    public void ConvolutionTiles_WeightOfEveryWidth_IsTheSumOverSteps()
    {
        WeightOfEveryWidth<FloatVector512>();
        WeightOfEveryWidth<FloatVector256>();
        WeightOfEveryWidth<FloatVector128>();
    }

    [Fact]
    public void SparseWeightGradientTiles_PatchOfEveryWidth_IsTheSumOverMaxima()
    {
        PatchOfEveryWidth<FloatVector512>();
        PatchOfEveryWidth<FloatVector256>();
        PatchOfEveryWidth<FloatVector128>();
    }

    private static void StripOfEveryHeightAndWidth<TVector>() where TVector : unmanaged, IFloatVector<TVector>
    {
        for (int filters = 8; filters >= 1; filters /= 2)
        {
            for (int vectors = 1; vectors <= ConvolutionTiles.StripVectors; vectors++)
            {
                int width = vectors * TVector.Count;
                int[] offsets = Offsets(Terms);
                float[] source = Randoms.Normal(offsets.Max() + width, seed: 1);
                float[] weights = Randoms.Normal(Terms * filters, seed: 2);
                float[] strip = new float[filters * (width + 1)];
                fixed (float* s = source, w = weights, to = strip)
                fixed (int* o = offsets)
                {
                    ConvolutionTiles<TVector>.Strip(filters, vectors, s, o, Terms, w, to, width + 1, add: false);
                    ConvolutionTiles<TVector>.Strip(filters, vectors, s, o, Terms, w, to, width + 1, add: true);
                }

                AssertTwice(
                    filters, width, strip, $"{TVector.Count} lanes, strip of {filters} x {vectors}",
                    (f, i) => Sum(Terms, row => weights[(row * filters) + f] * (double)source[offsets[row] + i]));
            }
        }
    }

    private static void WeightOfEveryWidth<TVector>() where TVector : unmanaged, IFloatVector<TVector>
    {
        for (int vectors = 1; vectors <= 4; vectors++)
        {
            int width = vectors * TVector.Count;
            int[] offsets = Offsets(ConvolutionTiles.WeightRows);
            float[] source = Randoms.Normal(offsets.Max() + Terms, seed: 3);
            float[] gradient = Randoms.Normal(Terms * width, seed: 4);
            float[] sums = new float[ConvolutionTiles.WeightRows * (width + 1)];
            fixed (float* s = source, g = gradient, to = sums)
            fixed (int* o = offsets)
            {
                ConvolutionTiles<TVector>.Weight(vectors, s, o, Terms, g, to, width + 1, add: false);
                ConvolutionTiles<TVector>.Weight(vectors, s, o, Terms, g, to, width + 1, add: true);
            }

            AssertTwice(
                ConvolutionTiles.WeightRows, width, sums, $"{TVector.Count} lanes, {vectors} vectors of filters",
                (row, f) => Sum(Terms, l => source[offsets[row] + l] * (double)gradient[(l * width) + f]));
        }
    }

    private static void PatchOfEveryWidth<TVector>() where TVector : unmanaged, IFloatVector<TVector>
    {
        for (int vectors = 2; vectors <= SparseWeightGradientTiles.MaxVectors; vectors += 2)
        {
            int width = vectors * TVector.Count;
            int[] places = Offsets(Terms);
            float[] source = Randoms.Normal(places.Max() + width, seed: 5);
            float[] gradients = Randoms.Normal(Terms, seed: 6);
            float[] sums = new float[width + 1];
            fixed (float* s = source, g = gradients, to = sums)
            fixed (int* p = places)
            {
                SparseWeightGradientTiles<TVector>.Patch(vectors, s, p, g, Terms, to, add: false);
                SparseWeightGradientTiles<TVector>.Patch(vectors, s, p, g, Terms, to, add: true);
            }

            AssertTwice(
                1, width, sums, $"{TVector.Count} lanes, {vectors} vectors of a patch",
                (_, i) => Sum(Terms, maximum => gradients[maximum] * (double)source[places[maximum] + i]));
        }
    }

    // Rows that share memory, out of order.
    private static int[] Offsets(int count) => [.. Enumerable.Range(0, count).Select(row => row * 5 % count * 3)];

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    // A row of got is one element longer than what a tile writes, and that one must stay 0.
    private static void AssertTwice(int rows, int width, float[] got, string what, Func<int, int, double> once)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i <= width; i++)
            {
                double expected = i < width ? 2 * once(row, i) : 0;
                float value = got[(row * (width + 1)) + i];
                Assert.True(
                    Math.Abs(value - expected) <= 1e-4,
                    $"{what}, row {row}, element {i}: got {value:G9}, the float64 reference gives {expected:G9}");
            }
        }
    }
}
