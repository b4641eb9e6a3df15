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
