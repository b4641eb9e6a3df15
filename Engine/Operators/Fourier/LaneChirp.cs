using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Transforms of any length in vector lanes: by passes, or by the chirp of <see cref="FourierPlan"/>.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class LaneChirp<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    private static int Point => 2 * TVector.Count;

    private static int Im => TVector.Count;

    /// <summary>Transforms P points in place; Z_k then stands at point Order[k].</summary>
    /// <param name="signal">[P] points.</param>
    /// <param name="plan">The tables.</param>
    /// <param name="work"><see cref="LanePlan.WorkLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform(float* signal, in LanePlan plan, float* work)
    {
        if (plan.ChirpPoints == 0)
        {
            LaneFourier<TVector>.Transform(signal, plan.Points, plan.Roots, plan.Length);
            return;
        }

        int size = plan.ChirpPoints;
        float* first = work;
        float* second = work + ((long)size * Point);
        for (int j = 0; j < plan.Points; j++)
        {
            float* at = signal + ((long)j * Point);
            Multiply(TVector.Load(at), TVector.Load(at + Im), plan.Chirp + (2 * j), out TVector re, out TVector im);
            re.Store(first + ((long)j * Point));
            im.Store(first + ((long)j * Point) + Im);
        }

        new Span<float>(first + ((long)plan.Points * Point), (size - plan.Points) * Point).Clear();
        LaneFourier<TVector>.Transform(first, size, plan.ChirpRoots, size);
        for (int k = 0; k < size; k++)
        {
            // re and im exchanged: the second transform then turns the other way.
            float* at = first + ((long)plan.ChirpOrder[k] * Point);
            Multiply(
                TVector.Load(at), TVector.Load(at + Im), plan.ChirpFilter + (2 * k), out TVector re, out TVector im);
            im.Store(second + ((long)k * Point));
            re.Store(second + ((long)k * Point) + Im);
        }

        LaneFourier<TVector>.Transform(second, size, plan.ChirpRoots, size);
        for (int k = 0; k < plan.Points; k++)
        {
            float* at = second + ((long)plan.ChirpOrder[k] * Point);
            Multiply(TVector.Load(at + Im), TVector.Load(at), plan.Chirp + (2 * k), out TVector re, out TVector im);
            re.Store(signal + ((long)k * Point));
            im.Store(signal + ((long)k * Point) + Im);
        }
    }

    /// <summary>Makes points of samples, in place: [points, lanes] to [points] with im = 0.</summary>
    /// <param name="lanes">The samples, with room for the points.</param>
    /// <param name="points">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(float* lanes, int points)
    {
        // From the last one on, so that none is overwritten before it is read.
        for (int j = points - 1; j >= 0; j--)
        {
            var sample = TVector.Load(lanes + ((long)j * Im));
            sample.Store(lanes + ((long)j * Point));
            TVector.Zero.Store(lanes + ((long)j * Point) + Im);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(TVector re, TVector im, float* by, out TVector productRe, out TVector productIm)
    {
        TVector c = TVector.Create(by[0]);
        TVector s = TVector.Create(by[1]);
        productRe = TVector.FusedMultiplyAdd(re, c, -(im * s));
        productIm = TVector.FusedMultiplyAdd(re, s, im * c);
    }
}
