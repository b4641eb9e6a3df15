// A complex Fourier transform of sixteen signals side by side, one a lane: Stockham's radix-4 passes of GroupFourier with
// vectors for numbers. Point k of a buffer has the sixteen re at [32 k] and the sixteen im at [32 k + 16].
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>The Fourier transform of sixteen signals in vector lanes, for host bodies.</summary>
public static unsafe class LaneFourier
{
    /// <summary>Floats of one point: sixteen re, sixteen im.</summary>
    public const int Point = 2 * LaneTranspose.Lanes;

    private const int Im = LaneTranspose.Lanes;

    /// <summary>Transforms M points.</summary>
    /// <param name="signal">[M] points; overwritten.</param>
    /// <param name="work">Room for M points.</param>
    /// <param name="points">M, a power of two.</param>
    /// <param name="roots">exp(-2 pi i k / N) for k below N, interleaved.</param>
    /// <param name="rootCount">N, a multiple of M.</param>
    /// <returns>Where the result stands: the signal or the work.</returns>
    public static float* Transform(float* signal, float* work, int points, float* roots, int rootCount)
    {
        float* source = signal;
        float* target = work;
        int stride = 1;
        int length = points;
        while (length >= 4)
        {
            Pass4(source, target, length, stride, roots, rootCount / length);
            float* held = source;
            source = target;
            target = held;
            length /= 4;
            stride *= 4;
        }

        if (length == 2)
        {
            Pass2(source, target, stride);
            return target;
        }

        return source;
    }

    private static void Pass4(float* source, float* target, int length, int stride, float* roots, int rootStep)
    {
        int quarter = length / 4;
        long apart = (long)stride * quarter * Point;
        long next = (long)stride * Point;
        for (int p = 0; p < quarter; p++)
        {
            float* root = roots + (2L * p * rootStep);
            float* root2 = roots + (4L * p * rootStep);
            float* root3 = roots + (6L * p * rootStep);
            Vector512<float> c1 = Vector512.Create(root[0]);
            Vector512<float> s1 = Vector512.Create(root[1]);
            Vector512<float> c2 = Vector512.Create(root2[0]);
            Vector512<float> s2 = Vector512.Create(root2[1]);
            Vector512<float> c3 = Vector512.Create(root3[0]);
            Vector512<float> s3 = Vector512.Create(root3[1]);
            float* from = source + (p * next);
            float* to = target + (4 * p * next);
            for (int q = 0; q < stride; q++, from += Point, to += Point)
            {
                Vector512<float> aRe = Vector512.Load(from);
                Vector512<float> aIm = Vector512.Load(from + Im);
                Vector512<float> bRe = Vector512.Load(from + apart);
                Vector512<float> bIm = Vector512.Load(from + apart + Im);
                Vector512<float> cRe = Vector512.Load(from + (2 * apart));
                Vector512<float> cIm = Vector512.Load(from + (2 * apart) + Im);
                Vector512<float> dRe = Vector512.Load(from + (3 * apart));
                Vector512<float> dIm = Vector512.Load(from + (3 * apart) + Im);

                Vector512<float> acRe = aRe + cRe;
                Vector512<float> acIm = aIm + cIm;
                Vector512<float> bdRe = bRe + dRe;
                Vector512<float> bdIm = bIm + dIm;
                Vector512<float> awayRe = aRe - cRe;
                Vector512<float> awayIm = aIm - cIm;
                Vector512<float> turnRe = bIm - dIm;
                Vector512<float> turnIm = dRe - bRe;

                (acRe + bdRe).Store(to);
                (acIm + bdIm).Store(to + Im);
                Put(to + next, awayRe + turnRe, awayIm + turnIm, c1, s1);
                Put(to + (2 * next), acRe - bdRe, acIm - bdIm, c2, s2);
                Put(to + (3 * next), awayRe - turnRe, awayIm - turnIm, c3, s3);
            }
        }
    }

    private static void Pass2(float* source, float* target, int stride)
    {
        long next = (long)stride * Point;
        for (long i = 0; i < next; i += Im)
        {
            Vector512<float> a = Vector512.Load(source + i);
            Vector512<float> b = Vector512.Load(source + next + i);
            (a + b).Store(target + i);
            (a - b).Store(target + next + i);
        }
    }

    /// <summary>Stores (re + i im) (c + i s).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(
        float* to, Vector512<float> re, Vector512<float> im, Vector512<float> c, Vector512<float> s)
    {
        Vector512.FusedMultiplyAdd(re, c, -(im * s)).Store(to);
        Vector512.FusedMultiplyAdd(re, s, im * c).Store(to + Im);
    }
}
