// The host bodies of MaxPool1d and AveragePool1d: limited by memory, split by rows. Windows of two with stride two, the
// usual ones, are vectors (HostPairs), and so are many short windows within the row (HostWindows) and one long window
// in itself; the few that are left, at the row's borders, are loops.
using System.Numerics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="MaxPool1d"/> and <see cref="AveragePool1d"/>.</summary>
internal static unsafe class PoolingHost
{
    public static void MaxForward(
        HostWorkers workers, Pool1dShape shape, Tensor<float> x, Tensor<float> y, Tensor<int>? argMax) =>
        workers.Run(Parts(shape), Work(shape), new MaxForwardBody(
            shape, x.Address, y.Address, argMax is null ? null : argMax.Address));

    public static void MaxBackward(
        HostWorkers workers, Pool1dShape shape, Tensor<float> dY, Tensor<int> argMax, Tensor<float> dX) =>
        workers.Run(Parts(shape), Work(shape), new MaxBackwardBody(shape, dY.Address, argMax.Address, dX.Address));

    public static void AverageForward(
        HostWorkers workers, Pool1dShape shape, int counted, Tensor<float> x, Tensor<float> y) =>
        workers.Run(Parts(shape), Work(shape), new AverageForwardBody(shape, counted, x.Address, y.Address));

    public static void AverageBackward(
        HostWorkers workers, Pool1dShape shape, int counted, Tensor<float> dY, Tensor<float> dX) =>
        workers.Run(Parts(shape), Work(shape), new AverageBackwardBody(shape, counted, dY.Address, dX.Address));

    /// <summary>
    /// Pools a part of one row: y[j], and argMax[j] where it is asked for, of the windows j from first to before end.
    /// </summary>
    /// <param name="shape">Window, stride, padding and length of the whole row.</param>
    /// <param name="row">Where step 0 of the row is, or would be.</param>
    /// <param name="first">The first window.</param>
    /// <param name="end">One past the last window.</param>
    /// <param name="y">Where y[0] is.</param>
    /// <param name="argMax">Where argMax[0] is, or null where nobody asks.</param>
    public static void MaxRow(in Pool1dShape shape, float* row, int first, int end, float* y, int* argMax)
    {
        if (shape.IsPairs)
        {
            float* from = row + (2 * first);
            int whole = Math.Min(end, shape.Length / 2) - first;
            first += argMax == null
                ? HostPairs.Max(from, whole, y + first)
                : HostPairs.Max(from, 2 * first, whole, y + first, argMax + first);
        }
        else if (shape.IsPairsOfPairs)
        {
            first = MaxOfPairsOfPairs(row, first, Math.Min(end, shape.Length / 4), y, argMax);
        }

        if (first >= end)
        {
            return;
        }

        (int wholeFirst, int wholeEnd) = shape.WholeWindows;
        wholeFirst = Math.Max(first, wholeFirst);
        wholeEnd = Math.Min(end, wholeEnd);
        if (HostWindows.Suit(shape, wholeEnd - wholeFirst))
        {
            MaxOfEach(shape, row, first, wholeFirst, y, argMax);
            int step = (wholeFirst * shape.Stride) - shape.Padding;
            HostWindows.Max(
                shape, row + step, step, wholeEnd - wholeFirst, y + wholeFirst,
                argMax == null ? null : argMax + wholeFirst);
            first = wholeEnd;
        }

        MaxOfEach(shape, row, first, end, y, argMax);
    }

    private static void MaxOfEach(in Pool1dShape shape, float* row, int first, int end, float* y, int* argMax)
    {
        for (int j = first; j < end; j++)
        {
            (int windowStart, int windowEnd) = shape.WindowOf(j);
            if (argMax == null)
            {
                y[j] = Maximum(row, windowStart, windowEnd);
            }
            else
            {
                argMax[j] = PlaceOfMaximum(row, windowStart, windowEnd);
                y[j] = row[argMax[j]];
            }
        }
    }

    /// <summary>
    /// Windows of four as windows of two over windows of two; gives the first window that is left to do.
    /// </summary>
    private static int MaxOfPairsOfPairs(float* row, int first, int end, float* y, int* argMax)
    {
        float* pairs = stackalloc float[2 * QuadsAtOnce];
        int* places = stackalloc int[2 * QuadsAtOnce];
        int* inner = stackalloc int[QuadsAtOnce];
        while (end - first >= LeastQuads)
        {
            int count = Math.Min(QuadsAtOnce, end - first);
            float* from = row + (4 * first);
            bool done = argMax == null
                ? HostPairs.Max(from, 2 * count, pairs) > 0 && HostPairs.Max(pairs, count, y + first) > 0
                : HostPairs.Max(from, 4 * first, 2 * count, pairs, places) > 0 &&
                    HostPairs.Max(pairs, 0, count, y + first, inner) > 0;
            if (!done)
            {
                break;
            }

            for (int i = 0; argMax != null && i < count; i++)
            {
                argMax[first + i] = places[inner[i]];
            }

            first += count;
        }

        return first;
    }

    private static float Maximum(float* row, int t, int end)
    {
        if (end - t >= LongWindow)
        {
            return row[PlaceOfMaximum(row, t, end)];
        }

        float best = row[t];
        for (t++; t < end; t++)
        {
            best = row[t] > best || float.IsNaN(row[t]) ? row[t] : best;
        }

        return best;
    }

    private static int PlaceOfMaximum(float* row, int t, int end)
    {
        if (end - t >= LongWindow)
        {
            int first = HostMaximum.Place(row + t, end - t);
            if (first >= 0)
            {
                return t + first;
            }
        }

        int place = t;
        for (t++; t < end; t++)
        {
            place = row[t] > row[place] || float.IsNaN(row[t]) ? t : place;
        }

        return place;
    }

    // From here on a window is worth vectors in itself.
    private const int LongWindow = 16;

    // Whole vectors of every width, and few enough for the first-level cache.
    private const int QuadsAtOnce = 64;
    private const int LeastQuads = 16;

    // About 8,000 steps a part.
    private static int RowsOf(Pool1dShape shape) => Math.Max(1, HostParts.BlockLength / shape.Length);

    private static int Parts(Pool1dShape shape) =>
        ((shape.Batch * shape.Channels) + RowsOf(shape) - 1) / RowsOf(shape);

    private static long Work(Pool1dShape shape) =>
        HostWork.OfFloats(shape.Input.Length + (3L * shape.Output.Length)) +
        (shape.IsPairs ? 0 : HostWork.OfFunctions(shape.Operations));

    private static (long First, long End) RowsOf(Pool1dShape shape, int part)
    {
        long first = (long)part * RowsOf(shape);
        return (first, Math.Min(first + RowsOf(shape), (long)shape.Batch * shape.Channels));
    }

    private readonly struct MaxForwardBody(Pool1dShape shape, float* x, float* y, int* argMax) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int windows = shape.OutputLength;
            (long row, long end) = RowsOf(shape, part);
            for (; row < end; row++)
            {
                int* places = argMax == null ? null : argMax + (row * windows);
                MaxRow(shape, x + (row * shape.Length), 0, windows, y + (row * windows), places);
            }
        }
    }

    private readonly struct MaxBackwardBody(Pool1dShape shape, float* dY, int* argMax, float* dX) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int windows = shape.OutputLength;
            (long row, long end) = RowsOf(shape, part);
            for (; row < end; row++)
            {
                float* from = dY + (row * windows);
                int* places = argMax + (row * windows);
                float* to = dX + (row * shape.Length);
                int whole = Math.Min(windows, shape.Length / 2);
                int done = shape.IsPairs ? HostPairs.Spread(from, places, null, whole, to) : 0;
                new Span<float>(to + (2 * done), shape.Length - (2 * done)).Clear();
                for (int j = done; j < windows; j++)
                {
                    to[places[j]] += from[j];
                }
            }
        }
    }

    private readonly struct AverageForwardBody(Pool1dShape shape, int counted, float* x, float* y) : IHostBody
    {
        private readonly PoolingNumbers numbers = new(shape);

        public void Run(int part, int worker)
        {
            int windows = shape.OutputLength;
            (long row, long end) = RowsOf(shape, part);
            for (; row < end; row++)
            {
                float* from = x + (row * shape.Length);
                float* to = y + (row * windows);
                (int first, int wholeEnd) = shape.WholeWindows;
                if (!HostWindows.Suit(shape, wholeEnd - first))
                {
                    MeanOfEach(from, 0, windows, to);
                    continue;
                }

                MeanOfEach(from, 0, first, to);
                HostWindows.Mean(
                    shape, from + (first * shape.Stride) - shape.Padding, wholeEnd - first, to + first);
                MeanOfEach(from, wholeEnd, windows, to);
            }
        }

        private void MeanOfEach(float* from, int first, int end, float* to)
        {
            for (int j = first; j < end; j++)
            {
                (int t, int windowEnd) = shape.WindowOf(j);
                float sum = 0f;
                if (windowEnd - t >= LongWindow)
                {
                    sum = TensorPrimitives.Sum(new ReadOnlySpan<float>(from + t, windowEnd - t));
                    t = windowEnd;
                }

                for (; t < windowEnd; t++)
                {
                    sum += from[t];
                }

                to[j] = sum / numbers.DivisorOf(j, counted);
            }
        }
    }

    private readonly struct AverageBackwardBody(Pool1dShape shape, int counted, float* dY, float* dX) : IHostBody
    {
        // Windows whose gradients fit into a piece of the stack, with the zeros beside them.
        private const int MostWindows = 4096;

        private readonly PoolingNumbers numbers = new(shape);

        public void Run(int part, int worker)
        {
            int windows = shape.OutputLength;
            (long row, long end) = RowsOf(shape, part);
            bool isShort = windows <= MostWindows && HostWindows.Suit(shape, windows);
            int beside = (shape.Window / shape.Stride) + shape.Stride + (2 * Vector<float>.Count);
            float* divided = stackalloc float[isShort ? windows + (2 * beside) : 1];
            if (isShort)
            {
                new Span<float>(divided, windows + (2 * beside)).Clear();
                divided += beside;
            }

            for (; row < end; row++)
            {
                float* from = dY + (row * windows);
                float* to = dX + (row * shape.Length);
                if (isShort)
                {
                    Divide(from, divided);
                    HostWindows.Spread(shape, divided, to);
                    continue;
                }

                new Span<float>(to, shape.Length).Clear();
                for (int j = 0; j < windows; j++)
                {
                    (int t, int windowEnd) = shape.WindowOf(j);
                    float gradient = from[j] / numbers.DivisorOf(j, counted);
                    var steps = new Span<float>(to + t, windowEnd - t);
                    TensorPrimitives.Add(steps, gradient, steps);
                }
            }
        }

        /// <summary>The gradients, each divided by what its window's mean was.</summary>
        private void Divide(float* from, float* divided)
        {
            int windows = shape.OutputLength;
            (int first, int end) = shape.WholeWindows;
            for (int j = 0; j < first; j++)
            {
                divided[j] = from[j] / numbers.DivisorOf(j, counted);
            }

            TensorPrimitives.Divide(
                new ReadOnlySpan<float>(from + first, end - first), shape.Window,
                new Span<float>(divided + first, end - first));
            for (int j = end; j < windows; j++)
            {
                divided[j] = from[j] / numbers.DivisorOf(j, counted);
            }
        }
    }
}
