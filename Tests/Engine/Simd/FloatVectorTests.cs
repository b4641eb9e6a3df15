using NativeCnn.Engine.Simd;

namespace NativeCnn.Tests.Engine.Simd;

/// <summary>What deals lanes out and back, in every width: all of them run on any processor, if slowly.</summary>
public sealed unsafe class FloatVectorTests
{
    [Fact]
    public void FloatVector_LoadHalvesAndFourths_DealOut_AndStoreDealsBack()
    {
        DealsOutAndBack<FloatVector512>();
        DealsOutAndBack<FloatVector256>();
        DealsOutAndBack<FloatVector128>();
    }

    private static void DealsOutAndBack<TVector>() where TVector : unmanaged, IFloatVector<TVector>
    {
        int lanes = TVector.Count;
        float[] from = [.. Enumerable.Range(0, 4 * lanes).Select(i => (float)i)];
        float[] dealt = new float[4 * lanes];
        float[] back = new float[4 * lanes];
        fixed (float* f = from, d = dealt, b = back)
        {
            TVector.LoadFourths(f, out TVector v0, out TVector v1, out TVector v2, out TVector v3);
            v0.Store(d);
            v1.Store(d + lanes);
            v2.Store(d + (2 * lanes));
            v3.Store(d + (3 * lanes));
            TVector.StoreFourths(b, v0, v1, v2, v3);
        }

        Assert.Equal(Enumerable.Range(0, 4 * lanes).Select(i => (4f * (i % lanes)) + (i / lanes)), dealt);
        Assert.Equal(from, back);
        fixed (float* f = from, d = dealt, b = back)
        {
            TVector.LoadHalves(f, out TVector even, out TVector odd);
            even.Store(d);
            odd.Store(d + lanes);
            TVector.StoreHalves(b, even, odd);
        }

        Assert.Equal(
            Enumerable.Range(0, 2 * lanes).Select(i => (2f * (i % lanes)) + (i / lanes)), dealt.Take(2 * lanes));
        Assert.Equal(from.Take(2 * lanes), back.Take(2 * lanes));
    }
}
