// The passes of GroupFourier for points that are no power of two: radix 4 and 2 as often as they divide, then 3, then
// 5. With M points, stride S and q = i mod S, butterfly i of radix R reads i + j M/R and writes, for r < R,
//   target[q + R (i - q) + r S]  =  w^r sum_j source[i + j M/R] exp(-2 pi i j r / R),    w = root i - q of M.
using System.Runtime.CompilerServices;
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Device functions: the transform of M points by one group, M of no prime factor beyond 5.</summary>
internal static class MixedFourier
{
    private const float Cos1 = 0.30901699f;
    private const float Cos2 = -0.80901699f;
    private const float Sin1 = 0.95105652f;
    private const float Sin2 = 0.58778525f;
    private const float Sin60 = 0.86602540f;

    /// <inheritdoc cref="GroupFourier.Transform"/>
    public static int Transform(ArrayView<float> work, int points, ArrayView<float> roots, int rootCount)
    {
        int source = 0;
        int target = 2 * points;
        int stride = 1;
        int length = points;
        while (length > 1)
        {
            int radix = Radix(length);
            int apart = points / radix;
            for (int i = Group.IdxX; i < apart; i += Group.DimX)
            {
                if (radix == 4)
                {
                    // Fours come first, so the stride is a power of two here.
                    var from = new GroupFourier.Place(source, 1, points);
                    var to = new GroupFourier.Place(target, 1, points);
                    GroupFourier.Radix4(work, from, work, to, i, points, stride, roots, rootCount / points);
                }
                else
                {
                    int q = i % stride;
                    int root = 2 * (rootCount / points) * (i - q);
                    int put = target + q + (radix * (i - q));
                    if (radix == 5)
                    {
                        Radix5(work, source + i, apart, put, stride, points, roots, root);
                    }
                    else if (radix == 3)
                    {
                        Radix3(work, source + i, apart, put, stride, points, roots, root);
                    }
                    else
                    {
                        Radix2(work, source + i, apart, put, stride, points, roots, root);
                    }
                }
            }

            Group.Barrier();
            int held = source;
            source = target;
            target = held;
            stride *= radix;
            length /= radix;
        }

        return source;
    }

    private static int Radix(int length) =>
        length % 4 == 0 ? 4 : length % 2 == 0 ? 2 : length % 3 == 0 ? 3 : 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Radix2(
        ArrayView<float> work, int at, int apart, int put, int stride, int im, ArrayView<float> roots, int root)
    {
        float aRe = work[at];
        float aIm = work[at + im];
        float bRe = work[at + apart];
        float bIm = work[at + apart + im];
        work[put] = aRe + bRe;
        work[put + im] = aIm + bIm;
        GroupFourier.Put(work, put + stride, im, aRe - bRe, aIm - bIm, roots, root);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Radix3(
        ArrayView<float> work, int at, int apart, int put, int stride, int im, ArrayView<float> roots, int root)
    {
        float aRe = work[at];
        float aIm = work[at + im];
        float bRe = work[at + apart];
        float bIm = work[at + apart + im];
        float cRe = work[at + (2 * apart)];
        float cIm = work[at + (2 * apart) + im];
        float evenRe = aRe - (0.5f * (bRe + cRe));
        float evenIm = aIm - (0.5f * (bIm + cIm));
        float oddRe = Sin60 * (bRe - cRe);
        float oddIm = Sin60 * (bIm - cIm);
        work[put] = aRe + bRe + cRe;
        work[put + im] = aIm + bIm + cIm;
        GroupFourier.Put(work, put + stride, im, evenRe + oddIm, evenIm - oddRe, roots, root);
        GroupFourier.Put(work, put + (2 * stride), im, evenRe - oddIm, evenIm + oddRe, roots, 2 * root);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Radix5(
        ArrayView<float> work, int at, int apart, int put, int stride, int im, ArrayView<float> roots, int root)
    {
        float aRe = work[at];
        float aIm = work[at + im];
        float bRe = work[at + apart];
        float bIm = work[at + apart + im];
        float cRe = work[at + (2 * apart)];
        float cIm = work[at + (2 * apart) + im];
        float dRe = work[at + (3 * apart)];
        float dIm = work[at + (3 * apart) + im];
        float eRe = work[at + (4 * apart)];
        float eIm = work[at + (4 * apart) + im];
        float even1Re = aRe + (Cos1 * (bRe + eRe)) + (Cos2 * (cRe + dRe));
        float even1Im = aIm + (Cos1 * (bIm + eIm)) + (Cos2 * (cIm + dIm));
        float even2Re = aRe + (Cos2 * (bRe + eRe)) + (Cos1 * (cRe + dRe));
        float even2Im = aIm + (Cos2 * (bIm + eIm)) + (Cos1 * (cIm + dIm));
        float odd1Re = (Sin1 * (bRe - eRe)) + (Sin2 * (cRe - dRe));
        float odd1Im = (Sin1 * (bIm - eIm)) + (Sin2 * (cIm - dIm));
        float odd2Re = (Sin2 * (bRe - eRe)) - (Sin1 * (cRe - dRe));
        float odd2Im = (Sin2 * (bIm - eIm)) - (Sin1 * (cIm - dIm));
        work[put] = aRe + (bRe + eRe) + (cRe + dRe);
        work[put + im] = aIm + (bIm + eIm) + (cIm + dIm);
        GroupFourier.Put(work, put + stride, im, even1Re + odd1Im, even1Im - odd1Re, roots, root);
        GroupFourier.Put(work, put + (2 * stride), im, even2Re + odd2Im, even2Im - odd2Re, roots, 2 * root);
        GroupFourier.Put(work, put + (3 * stride), im, even2Re - odd2Im, even2Im + odd2Re, roots, 3 * root);
        GroupFourier.Put(work, put + (4 * stride), im, even1Re - odd1Im, even1Im + odd1Re, roots, 4 * root);
    }
}
