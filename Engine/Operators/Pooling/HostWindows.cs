// Windows of any length and stride as vectors. Step w of the windows j, j + 1, ... lies stride steps apart; with the
// row split into its stride phases (every stride-th step, side by side) it is contiguous: step w of window i is
// phase[w % stride][i + w / stride]. Then a vector is one step of as many windows as it has lanes. Works on pieces that
// stay in L1; for windows that lie within the row as a whole.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.Operators;

/// <summary>Maxima and sums of many short windows at once.</summary>
internal static unsafe class HostWindows
{
    private const int PieceLength = 256;
    private const int MaxStride = 16;
    private const int MaxWindow = 64;

    // Phases of a piece, each as long as the windows reach, and rounded up.
    private const int ScratchLength = MaxStride * (PieceLength + MaxWindow);

    /// <summary>True for windows that are short enough; there must be as many as a vector has lanes, too.</summary>
    public static bool Suit(in Pool1dShape shape, int windows) =>
        shape.Window <= MaxWindow && shape.Stride <= MaxStride && windows >= Vector<float>.Count;

    /// <summary>
    /// y[i] = the maximum of row[i stride ..], and argMax[i] = <paramref name="step"/> + its place in the row; the
    /// first of equals, the last NaN before all.
    /// </summary>
    [SkipLocalsInit]
    public static void Max(in Pool1dShape shape, float* row, int step, int windows, float* y, int* argMax)
    {
        float* scratch = stackalloc float[ScratchLength];
        int* offsets = stackalloc int[MaxWindow];
        (int window, int stride) = (shape.Window, shape.Stride);
        Offsets(window, stride, offsets);
        for (int first = 0; first < windows; first += PieceLength)
        {
            int count = Piece(windows, ref first);
            float* phases = Split(row + ((long)first * stride), window, stride, count, scratch);
            for (int i = 0; i < count; i += Vector<float>.Count)
            {
                int at = Math.Min(i, count - Vector<float>.Count);
                Vector<float> best = Vector.Load(phases + at);
                Vector<int> place = Vector<int>.Zero;
                for (int w = 1; w < window; w++)
                {
                    Vector<float> value = Vector.Load(phases + offsets[w] + at);
                    Vector<int> isNumber = Vector.Equals(value, value);
                    Vector<int> later = Vector.GreaterThan(value, best) | Vector.OnesComplement(isNumber);
                    best = Vector.ConditionalSelect(later, value, best);
                    place = Vector.ConditionalSelect(later, new Vector<int>(w), place);
                }

                best.Store(y + first + at);
                if (argMax != null)
                {
                    Vector<int> start = (Vector<int>.Indices + new Vector<int>(first + at)) * stride;
                    (place + start + new Vector<int>(step)).Store(argMax + first + at);
                }
            }
        }
    }

    /// <summary>y[i] = the sum of row[i stride ..], term by term, divided by the window.</summary>
    [SkipLocalsInit]
    public static void Mean(in Pool1dShape shape, float* row, int windows, float* y)
    {
        float* scratch = stackalloc float[ScratchLength];
        int* offsets = stackalloc int[MaxWindow];
        (int window, int stride) = (shape.Window, shape.Stride);
        Offsets(window, stride, offsets);
        var divisor = new Vector<float>(window);
        for (int first = 0; first < windows; first += PieceLength)
        {
            int count = Piece(windows, ref first);
            float* phases = Split(row + ((long)first * stride), window, stride, count, scratch);
            for (int i = 0; i < count; i += Vector<float>.Count)
            {
                int at = Math.Min(i, count - Vector<float>.Count);
                Vector<float> sum = Vector<float>.Zero;
                for (int w = 0; w < window; w++)
                {
                    sum += Vector.Load(phases + offsets[w] + at);
                }

                (sum / divisor).Store(y + first + at);
            }
        }
    }

    /// <summary>
    /// dX[t] = the sum of gradient[j] of the windows j that hold step t, in order, for all steps of a row.
    /// </summary>
    /// <param name="shape">Windows and stride.</param>
    /// <param name="gradient">
    /// Of the windows, divided; window / stride zeros and two vectors stand before and behind it, or more.
    /// </param>
    /// <param name="dX">The whole row.</param>
    [SkipLocalsInit]
    public static void Spread(in Pool1dShape shape, float* gradient, float* dX)
    {
        float* scratch = stackalloc float[2 * PieceLength];
        (int window, int stride, int padding, int length) = (shape.Window, shape.Stride, shape.Padding, shape.Length);
        for (int phase = 0; phase < stride; phase += 2)
        {
            // Step t = stride m + phase - padding; two phases at once where there are two.
            int phases = Math.Min(2, stride - phase);
            int m = Math.Max(0, (padding - phase) / stride);
            int end = ((length - 1 + padding) / stride) + 1;
            for (; m < end; m += PieceLength)
            {
                int count = Math.Min(PieceLength, end - m);
                for (int p = 0; p < phases; p++)
                {
                    Sums(gradient + m, (window - 1 - phase - p + stride) / stride, count, scratch + (p * PieceLength));
                }

                int t = (stride * m) + phase - padding;
                if (stride == 1)
                {
                    HostRows.Copy(scratch, Math.Min(count, length - t), dX + t);
                }
                else if (stride == 2)
                {
                    // Both of a pair lie in the row, but for the first and the last.
                    int skip = t < 0 ? 1 : 0;
                    int pairs = Math.Min(count - skip, (length - t - (2 * skip)) / 2);
                    HostRows.Interleave(scratch + skip, scratch + PieceLength + skip, pairs, dX + t + (2 * skip));
                    Scatter(scratch, skip, t, stride, length, dX);
                    Scatter(scratch + PieceLength, skip, t + 1, stride, length, dX);
                    int done = skip + pairs;
                    Scatter(scratch + done, count - done, t + (2 * done), stride, length, dX);
                }
                else
                {
                    for (int p = 0; p < phases; p++)
                    {
                        Scatter(scratch + (p * PieceLength), count, t + p, stride, length, dX);
                    }
                }
            }
        }
    }

    /// <summary>dX[t + i stride] = values[i], where that is in the row.</summary>
    private static void Scatter(float* values, int count, int t, int stride, int length, float* dX)
    {
        int i = t < 0 ? 1 : 0;
        count = Math.Min(count, (length - t + stride - 1) / stride);
        for (float* to = dX + t + ((long)i * stride); i < count; i++, to += stride)
        {
            *to = values[i];
        }
    }

    /// <summary>to[i] = gradient[i - terms + 1] + ... + gradient[i]; whole vectors are written.</summary>
    private static void Sums(float* gradient, int terms, int count, float* to)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int k = terms - 1; k >= 0; k--)
            {
                sum += Vector.Load(gradient + i - k);
            }

            sum.Store(to + i);
        }
    }

    /// <summary>
    /// The windows of the piece from first on; the last piece begins earlier where it would be shorter than a vector.
    /// </summary>
    private static int Piece(int windows, ref int first)
    {
        int count = Math.Min(PieceLength, windows - first);
        if (count >= Vector<float>.Count)
        {
            return count;
        }

        first = windows - Vector<float>.Count;
        return Vector<float>.Count;
    }

    /// <summary>Where step w of the first window is.</summary>
    private static void Offsets(int window, int stride, int* offsets)
    {
        int pitch = stride == 1 ? 1 : PieceLength + MaxWindow;
        for (int w = 0; w < window; w++)
        {
            offsets[w] = stride == 1 || w < stride ? w * pitch : offsets[w - stride] + 1;
        }
    }

    private static float* Split(float* row, int window, int stride, int count, float* scratch)
    {
        if (stride == 1)
        {
            return row;
        }

        float* end = row + ((long)(count - 1) * stride) + window;
        for (int phase = 0; phase < Math.Min(stride, window); phase++)
        {
            int length = count + ((window - 1 - phase) / stride);
            float* to = scratch + (phase * (PieceLength + MaxWindow));
            if (stride == 2)
            {
                HostRows.CopyEverySecond(row + phase, length, to, end);
                continue;
            }

            float* from = row + phase;
            for (int i = 0; i < length; i++, from += stride)
            {
                to[i] = *from;
            }
        }

        return scratch;
    }
}
