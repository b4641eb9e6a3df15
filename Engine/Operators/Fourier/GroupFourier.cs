// A complex Fourier transform inside a portable kernel: the passes of Stockham's algorithm, for one group in shared
// memory or for a whole grid in global memory.
//
// One radix-4 pass takes transforms of length L, spread with stride S, to transforms of length L/4 with stride 4S.
// With w = exp(-2 pi i p / L), and q < S, p < L/4:
//   a, b, c, d              = source[q + S (p + 0, 1, 2, 3 times L/4)]
//   target[q + S (4p + 0)]  =      (a + c) + (b + d)
//   target[q + S (4p + 1)]  = w   ((a - c) - i (b - d))
//   target[q + S (4p + 2)]  = w^2 ((a + c) - (b + d))
//   target[q + S (4p + 3)]  = w^3 ((a - c) + i (b - d))
// Butterfly i = q + S p: with L S = M its inputs stand at i + (0, 1, 2, 3) M/4, its outputs at
// q + 4 (i - q) + (0, 1, 2, 3) S, and w is root i - q of M. The results stand in their natural order after the last
// pass, which has radix 2 where M is no power of 4.
using System.Runtime.CompilerServices;
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Device functions for kernels that transform in place of calling <see cref="RealFft"/>.</summary>
internal static class GroupFourier
{
    /// <summary>Floats of shared memory that <see cref="Transform"/> needs for M complex points: two buffers.</summary>
    public const int FloatsPerPoint = 4;

    /// <summary>
    /// Transforms M points by one group; every thread of the group must call it, after a barrier. Point k of a buffer
    /// at offset o has re at work[o + k] and im at work[o + M + k]. A barrier ends it.
    /// </summary>
    /// <param name="work">4 M floats: one buffer at offset 0, one at offset 2 M. The points stand in the first.</param>
    /// <param name="points">M, a power of two.</param>
    /// <param name="roots">exp(-2 pi i k / N) for k below N, interleaved.</param>
    /// <param name="rootCount">N, a multiple of M.</param>
    /// <returns>The offset of the buffer that holds the result: 0 or 2 M.</returns>
    public static int Transform(ArrayView<float> work, int points, ArrayView<float> roots, int rootCount)
    {
        int source = 0;
        int target = 2 * points;
        int stride = 1;
        for (int length = points; length > 1; length = length >= 4 ? length / 4 : 1)
        {
            int butterflies = length >= 4 ? points / 4 : points / 2;
            for (int i = Group.IdxX; i < butterflies; i += Group.DimX)
            {
                var from = new Place(source, 1, points);
                var to = new Place(target, 1, points);
                if (length >= 4)
                {
                    Radix4(work, from, work, to, i, points, stride, roots, rootCount / points);
                }
                else
                {
                    Radix2(work, from, work, to, i, stride);
                }
            }

            Group.Barrier();
            int held = source;
            source = target;
            target = held;
            stride *= 4;
        }

        return source;
    }

    /// <summary>
    /// As <see cref="Transform"/>, with steps of radix 8 and one of 4 or 2 at the end: 2/3 of the passes and barriers.
    /// </summary>
    public static int TransformByEights(ArrayView<float> work, int points, ArrayView<float> roots, int rootCount)
    {
        int source = 0;
        int target = 2 * points;
        int stride = 1;
        for (int length = points; length > 1; length = length >= 8 ? length / 8 : 1)
        {
            int radix = IntrinsicMath.Min(length, 8);
            var from = new Place(source, 1, points);
            var to = new Place(target, 1, points);
            for (int i = Group.IdxX; i < points / radix; i += Group.DimX)
            {
                if (radix == 8)
                {
                    Radix8(work, from, work, to, i, points, stride, roots, rootCount / points);
                }
                else if (radix == 4)
                {
                    Radix4(work, from, work, to, i, points, stride, roots, rootCount / points);
                }
                else
                {
                    Radix2(work, from, work, to, i, stride);
                }
            }

            Group.Barrier();
            int held = source;
            source = target;
            target = held;
            stride *= 8;
        }

        return source;
    }

    /// <summary>
    /// X_k of a real signal of N samples from the transform Z of its N/2 pairs (see <see cref="RealFft"/>).
    /// </summary>
    /// <param name="work">The buffer that <see cref="Transform"/> filled.</param>
    /// <param name="offset">The offset it returned.</param>
    /// <param name="points">M = N/2.</param>
    /// <param name="roots">exp(-2 pi i k / N) for k below N, interleaved.</param>
    /// <param name="k">The bin, 0 .. M.</param>
    /// <param name="re">Receives the real part.</param>
    /// <param name="im">Receives the imaginary part.</param>
    public static void Split(
        ArrayView<float> work, int offset, int points, ArrayView<float> roots, int k, out float re, out float im) =>
        Split(work, new Place(offset, 1, points), points, roots, k, out re, out im);

    internal static void Split(
        ArrayView<float> z, Place at, int points, ArrayView<float> roots, int k, out float re, out float im)
    {
        int here = at.Offset + ((k & (points - 1)) * at.Step);
        int there = at.Offset + (((points - k) & (points - 1)) * at.Step);
        SplitAt(z, here, there, at.Im, roots, k, out re, out im);
    }

    /// <summary>X_k from Z_k, which stands at <c>here</c>, and Z_{N/2-k}, which stands at <c>there</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SplitAt(
        ArrayView<float> z, int here, int there, int imOffset, ArrayView<float> roots, int k, out float re,
        out float im)
    {
        float evenRe = 0.5f * (z[here] + z[there]);
        float evenIm = 0.5f * (z[here + imOffset] - z[there + imOffset]);
        float oddRe = 0.5f * (z[here + imOffset] + z[there + imOffset]);
        float oddIm = 0.5f * (z[there] - z[here]);
        float c = roots[2 * k];
        float s = roots[(2 * k) + 1];
        re = evenRe + ((oddRe * c) - (oddIm * s));
        im = evenIm + ((oddRe * s) + (oddIm * c));
    }

    /// <summary>Z_k = E_k + i O_k, the inverse of Split.</summary>
    /// <param name="spectrum">X of all rows, interleaved.</param>
    /// <param name="start">Where the row's X_0 stands.</param>
    /// <param name="points">M = N/2.</param>
    /// <param name="roots">exp(-2 pi i k / N) for k below N, interleaved.</param>
    /// <param name="k">The point, 0 .. M - 1.</param>
    /// <param name="re">Receives the real part.</param>
    /// <param name="im">Receives the imaginary part.</param>
    internal static void Join(
        ArrayView<float> spectrum, int start, int points, ArrayView<float> roots, int k, out float re, out float im)
    {
        int here = start + (2 * k);
        int there = start + (2 * (points - k));
        float hereIm = k == 0 ? 0f : spectrum[here + 1];
        float thereIm = k == 0 ? 0f : spectrum[there + 1];
        float evenRe = 0.5f * (spectrum[here] + spectrum[there]);
        float evenIm = 0.5f * (hereIm - thereIm);
        float differenceRe = 0.5f * (spectrum[here] - spectrum[there]);
        float differenceIm = 0.5f * (hereIm + thereIm);
        float c = roots[2 * k];
        float s = -roots[(2 * k) + 1];
        float oddRe = (differenceRe * c) - (differenceIm * s);
        float oddIm = (differenceRe * s) + (differenceIm * c);
        re = evenRe - oddIm;
        im = evenIm + oddRe;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Radix4(
        ArrayView<float> source, Place from, ArrayView<float> target, Place to,
        int butterfly, int points, int stride, ArrayView<float> roots, int rootStep)
    {
        int q = butterfly & (stride - 1);
        int apart = points / 4 * from.Step;
        int at = from.Offset + (butterfly * from.Step);
        float aRe = source[at];
        float aIm = source[at + from.Im];
        at += apart;
        float bRe = source[at];
        float bIm = source[at + from.Im];
        at += apart;
        float cRe = source[at];
        float cIm = source[at + from.Im];
        at += apart;
        float dRe = source[at];
        float dIm = source[at + from.Im];

        float acRe = aRe + cRe;
        float acIm = aIm + cIm;
        float bdRe = bRe + dRe;
        float bdIm = bIm + dIm;
        float oneRe = (aRe - cRe) + (bIm - dIm);
        float oneIm = (aIm - cIm) - (bRe - dRe);
        float twoRe = acRe - bdRe;
        float twoIm = acIm - bdIm;
        float threeRe = (aRe - cRe) - (bIm - dIm);
        float threeIm = (aIm - cIm) + (bRe - dRe);

        int root = 2 * rootStep * (butterfly - q);
        int put = to.Offset + ((q + (4 * (butterfly - q))) * to.Step);
        int next = stride * to.Step;
        target[put] = acRe + bdRe;
        target[put + to.Im] = acIm + bdIm;
        Put(target, put + next, to.Im, oneRe, oneIm, roots, root);
        Put(target, put + (2 * next), to.Im, twoRe, twoIm, roots, 2 * root);
        Put(target, put + (3 * next), to.Im, threeRe, threeIm, roots, 3 * root);
    }

    /// <summary>
    /// Two transforms of four points, of the even and of the odd inputs, and what joins them:
    /// y_r = even_r + v^r odd_r, y_{r+4} = even_r - v^r odd_r, v = exp(-2 pi i / 8); then target gets w^r y_r.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Radix8(
        ArrayView<float> source, Place from, ArrayView<float> target, Place to,
        int butterfly, int points, int stride, ArrayView<float> roots, int rootStep)
    {
        int q = butterfly & (stride - 1);
        int apart = points / 8 * from.Step;
        int at = from.Offset + (butterfly * from.Step);
        ComplexPoint x0 = Get(source, at, from.Im);
        ComplexPoint x1 = Get(source, at + apart, from.Im);
        ComplexPoint x2 = Get(source, at + (2 * apart), from.Im);
        ComplexPoint x3 = Get(source, at + (3 * apart), from.Im);
        ComplexPoint x4 = Get(source, at + (4 * apart), from.Im);
        ComplexPoint x5 = Get(source, at + (5 * apart), from.Im);
        ComplexPoint x6 = Get(source, at + (6 * apart), from.Im);
        ComplexPoint x7 = Get(source, at + (7 * apart), from.Im);

        ComplexPoint sum04 = x0 + x4;
        ComplexPoint sum26 = x2 + x6;
        ComplexPoint sum15 = x1 + x5;
        ComplexPoint sum37 = x3 + x7;
        ComplexPoint apart04 = x0 - x4;
        ComplexPoint apart26 = (x2 - x6).TurnedByQuarter;
        ComplexPoint apart15 = x1 - x5;
        ComplexPoint apart37 = (x3 - x7).TurnedByQuarter;
        ComplexPoint odd0 = sum15 + sum37;
        ComplexPoint odd1 = (apart15 + apart37).TurnedByEighth;
        ComplexPoint odd2 = (sum15 - sum37).TurnedByQuarter;
        ComplexPoint odd3 = (apart15 - apart37).TurnedByThreeEighths;

        int root = 2 * rootStep * (butterfly - q);
        int put = to.Offset + ((q + (8 * (butterfly - q))) * to.Step);
        int next = stride * to.Step;
        ComplexPoint first = sum04 + sum26 + odd0;
        target[put] = first.Re;
        target[put + to.Im] = first.Im;
        Put(target, put + next, to.Im, apart04 + apart26 + odd1, roots, root);
        Put(target, put + (2 * next), to.Im, sum04 - sum26 + odd2, roots, 2 * root);
        Put(target, put + (3 * next), to.Im, apart04 - apart26 + odd3, roots, 3 * root);
        Put(target, put + (4 * next), to.Im, sum04 + sum26 - odd0, roots, 4 * root);
        Put(target, put + (5 * next), to.Im, apart04 + apart26 - odd1, roots, 5 * root);
        Put(target, put + (6 * next), to.Im, sum04 - sum26 - odd2, roots, 6 * root);
        Put(target, put + (7 * next), to.Im, apart04 - apart26 - odd3, roots, 7 * root);
    }

    private static ComplexPoint Get(ArrayView<float> source, int at, int imOffset) =>
        new(source[at], source[at + imOffset]);

    private static void Put(
        ArrayView<float> target, int at, int imOffset, ComplexPoint value, ArrayView<float> roots, int root) =>
        Put(target, at, imOffset, value.Re, value.Im, roots, root);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Radix2(
        ArrayView<float> source, Place from, ArrayView<float> target, Place to, int q, int stride)
    {
        int at = from.Offset + (q * from.Step);
        int apart = stride * from.Step;
        float aRe = source[at];
        float aIm = source[at + from.Im];
        float bRe = source[at + apart];
        float bIm = source[at + apart + from.Im];
        int put = to.Offset + (q * to.Step);
        int next = stride * to.Step;
        target[put] = aRe + bRe;
        target[put + to.Im] = aIm + bIm;
        target[put + next] = aRe - bRe;
        target[put + next + to.Im] = aIm - bIm;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Put(
        ArrayView<float> target, int at, int imOffset, float re, float im, ArrayView<float> roots, int root)
    {
        float c = roots[root];
        float s = roots[root + 1];
        target[at] = (re * c) - (im * s);
        target[at + imOffset] = (re * s) + (im * c);
    }

    /// <summary>Where complex points stand: point k has re at Offset + k Step, and im a further Im on.</summary>
    internal readonly struct Place(int offset, int step, int im)
    {
        public readonly int Offset = offset;
        public readonly int Step = step;
        public readonly int Im = im;
    }
}
