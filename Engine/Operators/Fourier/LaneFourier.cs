// A complex Fourier transform of signals side by side, one a lane of a vector of V lanes. Point j of a buffer has V re
// at [2 V j] and V im at [2 V j + V].
//
// In place by decimation in frequency, so that a frame's points stay in the first cache. A pass of radix R takes a
// block of L points to R blocks of L/R; with w = exp(-2 pi i p / L) and p < L/R:
//   points[p + q L/R]  <-  w^q sum_j points[p + j L/R] exp(-2 pi i j q / R)
// Radices 7, 5 and 3 as often as they divide, then 8 as often as it goes, then 4 or 4 and 4, or 2. The results stand
// with the digits of their index reversed, which costs nothing here: whoever reads them looks their places up in
// LaneOrder. A block that is too long for the first cache is split by one pass, and its parts are then done one by one.
// Source: C. Van Loan, "Computational Frameworks for the Fast Fourier Transform" (1992), 2.4.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The Fourier transform of signals in vector lanes, for host bodies.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class LaneFourier<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    // Bytes of points that stay in a first cache of 32 KiB beside their roots.
    private const int BlockBytes = 20 * 1024;

    /// <summary>Floats of one point: re, then im, of every lane.</summary>
    private static int Point => 2 * TVector.Count;

    private static int Im => TVector.Count;

    /// <summary>Transforms M points in place; see <see cref="LaneOrder"/>.</summary>
    /// <param name="signal">[M] points.</param>
    /// <param name="points">M, of no prime factor beyond 7.</param>
    /// <param name="roots">exp(-2 pi i k / N) for k below N, interleaved.</param>
    /// <param name="rootCount">N, a multiple of M.</param>
    public static void Transform(float* signal, int points, float* roots, int rootCount)
    {
        for (int length = points; length > 1;)
        {
            int radix = LaneOrder.Radix(length);
            if ((long)length * Point * sizeof(float) > BlockBytes)
            {
                Pass(radix, signal, length, length, roots, rootCount);
                length /= radix;
                for (int part = 0; part < radix; part++)
                {
                    Transform(signal + ((long)part * length * Point), length, roots, rootCount);
                }

                return;
            }

            Pass(radix, signal, points, length, roots, rootCount);
            length /= radix;
        }
    }

    // The passes are compiled at their best at once: a program that still starts would run them unoptimised for long.
    private static void Pass(int radix, float* signal, int points, int length, float* roots, int rootCount)
    {
        int rootStep = rootCount / length;
        switch (radix)
        {
            case 8:
                Pass8(signal, points, length, roots, rootStep);
                break;
            case 4:
                Pass4(signal, points, length, roots, rootStep);
                break;
            case 7:
                Pass7(signal, points, length, roots, rootStep);
                break;
            case 5:
                Pass5(signal, points, length, roots, rootStep);
                break;
            case 3:
                Pass3(signal, points, length, roots, rootStep);
                break;
            default:
                Pass2(signal, points);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass8(float* signal, int points, int length, float* roots, int rootStep)
    {
        long apart = (long)length / 8 * Point;
        TVector diagonal = TVector.Create(0.70710678f);
        for (int p = 0; p < length / 8; p++)
        {
            float* root = roots + (2L * p * rootStep);
            long step = 2L * p * rootStep;
            for (int block = p; block < points; block += length)
            {
                float* at = signal + ((long)block * Point);
                Pair x0 = Pair.Load(at);
                Pair x4 = Pair.Load(at + (4 * apart));
                Pair e0 = x0 + x4;
                Pair d0 = x0 - x4;
                Pair x2 = Pair.Load(at + (2 * apart));
                Pair x6 = Pair.Load(at + (6 * apart));
                Pair e2 = x2 + x6;
                Pair d2 = x2 - x6;
                Pair x1 = Pair.Load(at + apart);
                Pair x5 = Pair.Load(at + (5 * apart));
                Pair e1 = x1 + x5;
                Pair d1 = x1 - x5;
                Pair x3 = Pair.Load(at + (3 * apart));
                Pair x7 = Pair.Load(at + (7 * apart));
                Pair e3 = x3 + x7;
                Pair d3 = x3 - x7;

                // Even results: a transform of 4 over the sums.
                Pair s0 = e0 + e2;
                Pair s1 = e1 + e3;
                Pair t0 = e0 - e2;
                Pair t1 = e1 - e3;
                Pair y4 = s0 - s1;
                Pair y2 = t0.MinusI(t1);
                Pair y6 = t0.PlusI(t1);
                (s0 + s1).Store(at);

                // Odd results: a transform of 4 over the differences, turned by eighths.
                Pair u0 = d0.MinusI(d2);
                Pair u2 = d0.PlusI(d2);
                Pair u1 = d1.MinusI(d3).EighthTurn(diagonal);
                Pair u3 = d1.PlusI(d3).ThreeEighthsTurn(diagonal);
                Pair y1 = u0 + u1;
                Pair y5 = u0 - u1;
                Pair y3 = u2 + u3;
                Pair y7 = u2 - u3;

                if (p == 0)
                {
                    y4.Store(at + (4 * apart));
                    y2.Store(at + (2 * apart));
                    y6.Store(at + (6 * apart));
                    y1.Store(at + apart);
                    y5.Store(at + (5 * apart));
                    y3.Store(at + (3 * apart));
                    y7.Store(at + (7 * apart));
                }
                else
                {
                    y4.Store(at + (4 * apart), root + (3 * step));
                    y2.Store(at + (2 * apart), root + step);
                    y6.Store(at + (6 * apart), root + (5 * step));
                    y1.Store(at + apart, root);
                    y5.Store(at + (5 * apart), root + (4 * step));
                    y3.Store(at + (3 * apart), root + (2 * step));
                    y7.Store(at + (7 * apart), root + (6 * step));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass4(float* signal, int points, int length, float* roots, int rootStep)
    {
        long apart = (long)length / 4 * Point;
        for (int p = 0; p < length / 4; p++)
        {
            float* root = roots + (2L * p * rootStep);
            long step = 2L * p * rootStep;
            for (int block = p; block < points; block += length)
            {
                float* at = signal + ((long)block * Point);
                Pair a = Pair.Load(at);
                Pair b = Pair.Load(at + apart);
                Pair c = Pair.Load(at + (2 * apart));
                Pair d = Pair.Load(at + (3 * apart));
                Pair ac = a + c;
                Pair bd = b + d;
                Pair away = a - c;
                Pair turn = b - d;
                (ac + bd).Store(at);
                if (p == 0)
                {
                    away.MinusI(turn).Store(at + apart);
                    (ac - bd).Store(at + (2 * apart));
                    away.PlusI(turn).Store(at + (3 * apart));
                }
                else
                {
                    away.MinusI(turn).Store(at + apart, root);
                    (ac - bd).Store(at + (2 * apart), root + step);
                    away.PlusI(turn).Store(at + (3 * apart), root + (2 * step));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass7(float* signal, int points, int length, float* roots, int rootStep)
    {
        // Cosines and sines of one, two and three sevenths of a turn.
        TVector cos1 = TVector.Create(0.62348980f);
        TVector cos2 = TVector.Create(-0.22252093f);
        TVector cos3 = TVector.Create(-0.90096887f);
        TVector sin1 = TVector.Create(0.78183148f);
        TVector sin2 = TVector.Create(0.97492791f);
        TVector sin3 = TVector.Create(0.43388374f);
        long apart = (long)length / 7 * Point;
        for (int p = 0; p < length / 7; p++)
        {
            float* root = roots + (2L * p * rootStep);
            long step = 2L * p * rootStep;
            for (int block = p; block < points; block += length)
            {
                float* at = signal + ((long)block * Point);
                Pair x0 = Pair.Load(at);
                Pair x1 = Pair.Load(at + apart);
                Pair x6 = Pair.Load(at + (6 * apart));
                Pair a1 = x1 + x6;
                Pair d1 = x1 - x6;
                Pair x2 = Pair.Load(at + (2 * apart));
                Pair x5 = Pair.Load(at + (5 * apart));
                Pair a2 = x2 + x5;
                Pair d2 = x2 - x5;
                Pair x3 = Pair.Load(at + (3 * apart));
                Pair x4 = Pair.Load(at + (4 * apart));
                Pair a3 = x3 + x4;
                Pair d3 = x3 - x4;
                (x0 + a1 + a2 + a3).Store(at);
                Pair even1 = x0.Plus(a1, cos1).Plus(a2, cos2).Plus(a3, cos3);
                Pair odd1 = d1.Times(sin1).Plus(d2, sin2).Plus(d3, sin3);
                even1.MinusI(odd1).Store(at + apart, root);
                even1.PlusI(odd1).Store(at + (6 * apart), root + (5 * step));
                Pair even2 = x0.Plus(a1, cos2).Plus(a2, cos3).Plus(a3, cos1);
                Pair odd2 = d1.Times(sin2).Plus(d2, -sin3).Plus(d3, -sin1);
                even2.MinusI(odd2).Store(at + (2 * apart), root + step);
                even2.PlusI(odd2).Store(at + (5 * apart), root + (4 * step));
                Pair even3 = x0.Plus(a1, cos3).Plus(a2, cos1).Plus(a3, cos2);
                Pair odd3 = d1.Times(sin3).Plus(d2, -sin1).Plus(d3, sin2);
                even3.MinusI(odd3).Store(at + (3 * apart), root + (2 * step));
                even3.PlusI(odd3).Store(at + (4 * apart), root + (3 * step));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass5(float* signal, int points, int length, float* roots, int rootStep)
    {
        // Cosines and sines of one and two fifths of a turn.
        TVector cos1 = TVector.Create(0.30901699f);
        TVector cos2 = TVector.Create(-0.80901699f);
        TVector sin1 = TVector.Create(0.95105652f);
        TVector sin2 = TVector.Create(0.58778525f);
        long apart = (long)length / 5 * Point;
        for (int p = 0; p < length / 5; p++)
        {
            float* root = roots + (2L * p * rootStep);
            long step = 2L * p * rootStep;
            for (int block = p; block < points; block += length)
            {
                float* at = signal + ((long)block * Point);
                Pair a = Pair.Load(at);
                Pair b = Pair.Load(at + apart);
                Pair c = Pair.Load(at + (2 * apart));
                Pair d = Pair.Load(at + (3 * apart));
                Pair e = Pair.Load(at + (4 * apart));
                Pair outer = b + e;
                Pair inner = c + d;
                Pair outerAway = b - e;
                Pair innerAway = c - d;
                Pair even1 = a.Plus(outer, cos1).Plus(inner, cos2);
                Pair even2 = a.Plus(outer, cos2).Plus(inner, cos1);
                Pair odd1 = outerAway.Times(sin1).Plus(innerAway, sin2);
                Pair odd2 = outerAway.Times(sin2).Plus(innerAway, -sin1);
                (a + outer + inner).Store(at);
                even1.MinusI(odd1).Store(at + apart, root);
                even2.MinusI(odd2).Store(at + (2 * apart), root + step);
                even2.PlusI(odd2).Store(at + (3 * apart), root + (2 * step));
                even1.PlusI(odd1).Store(at + (4 * apart), root + (3 * step));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass3(float* signal, int points, int length, float* roots, int rootStep)
    {
        TVector half = TVector.Create(-0.5f);
        TVector sine = TVector.Create(0.86602540f);
        long apart = (long)length / 3 * Point;
        for (int p = 0; p < length / 3; p++)
        {
            float* root = roots + (2L * p * rootStep);
            long step = 2L * p * rootStep;
            for (int block = p; block < points; block += length)
            {
                float* at = signal + ((long)block * Point);
                Pair a = Pair.Load(at);
                Pair b = Pair.Load(at + apart);
                Pair c = Pair.Load(at + (2 * apart));
                Pair sum = b + c;
                Pair even = a.Plus(sum, half);
                Pair odd = (b - c).Times(sine);
                (a + sum).Store(at);
                even.MinusI(odd).Store(at + apart, root);
                even.PlusI(odd).Store(at + (2 * apart), root + step);
            }
        }
    }

    /// <summary>Only ever the last pass, over pairs that stand side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass2(float* signal, int points)
    {
        for (int block = 0; block < points; block += 2)
        {
            float* at = signal + ((long)block * Point);
            Pair a = Pair.Load(at);
            Pair b = Pair.Load(at + Point);
            (a + b).Store(at);
            (a - b).Store(at + Point);
        }
    }

    /// <summary>A complex number of every lane.</summary>
    private readonly struct Pair(TVector re, TVector im)
    {
        private readonly TVector re = re;
        private readonly TVector im = im;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Pair operator +(Pair a, Pair b) => new(a.re + b.re, a.im + b.im);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Pair operator -(Pair a, Pair b) => new(a.re - b.re, a.im - b.im);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Pair Load(float* at) => new(TVector.Load(at), TVector.Load(at + Im));

        /// <summary>this + factor b.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair Plus(Pair b, TVector factor) => new(
            TVector.FusedMultiplyAdd(b.re, factor, re), TVector.FusedMultiplyAdd(b.im, factor, im));

        /// <summary>Times a real number.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair Times(TVector factor) => new(re * factor, im * factor);

        /// <summary>this - i b.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair MinusI(Pair b) => new(re + b.im, im - b.re);

        /// <summary>this + i b.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair PlusI(Pair b) => new(re - b.im, im + b.re);

        /// <summary>Times exp(-i pi / 4).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair EighthTurn(TVector diagonal) => new((re + im) * diagonal, (im - re) * diagonal);

        /// <summary>Times exp(-3 i pi / 4).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair ThreeEighthsTurn(TVector diagonal) => new((im - re) * diagonal, (re + im) * -diagonal);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(float* at)
        {
            re.Store(at);
            im.Store(at + Im);
        }

        /// <summary>Stores this times a root.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(float* at, float* root)
        {
            TVector c = TVector.Create(root[0]);
            TVector s = TVector.Create(root[1]);
            TVector.FusedMultiplyAdd(re, c, -(im * s)).Store(at);
            TVector.FusedMultiplyAdd(re, s, im * c).Store(at + Im);
        }
    }
}
