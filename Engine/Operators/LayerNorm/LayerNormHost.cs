// The host bodies of LayerNorm for [B, C, T]. A part is a tile of neighbouring time steps of a clip: channel by channel
// its row is added to sums of as many steps, which stay in L1, while the tile stays in L2 for the passes after the
// first. Sums over channels go block by block. [B, C] is in LayerNormRowsHost.
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="LayerNorm"/>.</summary>
internal static unsafe class LayerNormHost
{
    // Time steps of a tile: 1 KiB of a channel, so that 256 channels take 256 KiB.
    private const int TileLength = 256;

    // Channels of a sum in float32 alone.
    private const int ChannelsOfBlock = 64;

    /// <summary>Floats of scratch: for each part a share of dBeta and of dGamma.</summary>
    public static long ScratchLength(LayerNormShape shape) => 2L * shape.Channels * (shape.Length == 1
        ? LayerNormRowsHost.Parts(shape.Batch, shape.Channels)
        : Parts(shape.Batch, shape.Length));

    public static void Forward(
        HostWorkers workers, in LayerNormNumbers numbers, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta,
        Tensor<float> statistics, Tensor<float> y)
    {
        if (numbers.Length == 1)
        {
            LayerNormRowsHost.Forward(workers, numbers, x, gamma, beta, statistics, y);
            return;
        }

        var body = new ForwardBody(numbers, x.Address, gamma.Address, beta.Address, statistics.Address, y.Address);
        workers.Run(Parts(numbers.Batch, numbers.Length), body);
    }

    public static void Backward(
        ComputeDevice device, in LayerNormNumbers numbers, Tensor<float> x, Tensor<float> gamma,
        Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma, Tensor<float> dBeta, Tensor<float>? dX)
    {
        int channels = numbers.Channels;
        bool rows = numbers.Length == 1;
        int parts = rows
            ? LayerNormRowsHost.Parts(numbers.Batch, channels)
            : Parts(numbers.Batch, numbers.Length);
        float* shares = device.Scratch.TakeAddress(2L * channels * parts);
        if (rows)
        {
            LayerNormRowsHost.Backward(device.Workers, numbers, x, gamma, statistics, dY, shares, dX);
        }
        else
        {
            var body = new BackwardBody(
                numbers, x.Address, gamma.Address, statistics.Address, dY.Address, shares,
                dX is null ? null : dX.Address);
            device.Workers.Run(parts, HostWork.OfFloats(8L * x.Length), body);
        }

        ColumnSums.Add(shares, parts, 2 * channels, channels, dBeta.Address);
        ColumnSums.Add(shares + channels, parts, 2 * channels, channels, dGamma.Address);
    }

    private static int TilesOfClip(int length) => (length + TileLength - 1) / TileLength;

    private static int Parts(int batch, int length) => batch * TilesOfClip(length);

    /// <summary>The time steps of a clip that a part has.</summary>
    private readonly struct Tile
    {
        public readonly int Clip;
        public readonly int First;
        public readonly int Count;

        public Tile(int part, int length)
        {
            Clip = part / TilesOfClip(length);
            First = part % TilesOfClip(length) * TileLength;
            Count = Math.Min(TileLength, length - First);
        }
    }

    private readonly struct ForwardBody(
        LayerNormNumbers n, float* x, float* gamma, float* beta, float* statistics, float* y) : IHostBody
    {
        public void Run(int part, int worker)
        {
            var tile = new Tile(part, n.Length);
            long start = ((long)tile.Clip * n.Channels * n.Length) + tile.First;
            float* mean = statistics + ((long)tile.Clip * n.Length) + tile.First;
            float* inverse = mean + ((long)n.Batch * n.Length);
            float* totals = stackalloc float[2 * TileLength];
            float* sums = stackalloc float[2 * TileLength];
            var total = new Span<float>(totals, tile.Count);
            var sum = new Span<float>(sums, tile.Count);

            total.Clear();
            for (int block = 0; block < n.Channels; block += ChannelsOfBlock)
            {
                sum.Clear();
                for (int c = block; c < Math.Min(n.Channels, block + ChannelsOfBlock); c++)
                {
                    TensorPrimitives.Add(
                        sum, new ReadOnlySpan<float>(x + start + ((long)c * n.Length), tile.Count), sum);
                }

                TensorPrimitives.Add(total, sum, total);
            }

            TensorPrimitives.Divide(total, n.Channels, new Span<float>(mean, tile.Count));

            // Distances from the mean, then their squares.
            var both = new Span<float>(totals, 2 * TileLength);
            both.Clear();
            for (int block = 0; block < n.Channels; block += ChannelsOfBlock)
            {
                new Span<float>(sums, 2 * TileLength).Clear();
                for (int c = block; c < Math.Min(n.Channels, block + ChannelsOfBlock); c++)
                {
                    AddDistances(
                        x + start + ((long)c * n.Length), mean, tile.Count, sums, sums + TileLength);
                }

                TensorPrimitives.Add(both, new ReadOnlySpan<float>(sums, 2 * TileLength), both);
            }

            Finish(totals, totals + TileLength, tile.Count, n.Channels, n.Epsilon, mean, inverse);
            for (int c = 0; c < n.Channels; c++)
            {
                long row = start + ((long)c * n.Length);
                Normalize(x + row, mean, inverse, tile.Count, gamma[c], beta[c], y + row);
            }
        }
    }

    private readonly struct BackwardBody(
        LayerNormNumbers n, float* x, float* gamma, float* statistics, float* dY, float* shares, float* dX)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            var tile = new Tile(part, n.Length);
            long start = ((long)tile.Clip * n.Channels * n.Length) + tile.First;
            float* mean = statistics + ((long)tile.Clip * n.Length) + tile.First;
            float* inverse = mean + ((long)n.Batch * n.Length);
            float* share = shares + (2L * n.Channels * part);
            float* totals = stackalloc float[2 * TileLength];
            float* sums = stackalloc float[2 * TileLength];

            // The sums over channels of g, then of g h.
            var both = new Span<float>(totals, 2 * TileLength);
            both.Clear();
            for (int block = 0; block < n.Channels; block += ChannelsOfBlock)
            {
                new Span<float>(sums, 2 * TileLength).Clear();
                for (int c = block; c < Math.Min(n.Channels, block + ChannelsOfBlock); c++)
                {
                    long row = start + ((long)c * n.Length);
                    (share[c], share[n.Channels + c]) = AddGradients(
                        x + row, dY + row, mean, inverse, tile.Count, gamma[c], sums, sums + TileLength);
                }

                TensorPrimitives.Add(both, new ReadOnlySpan<float>(sums, 2 * TileLength), both);
            }

            if (dX == null)
            {
                return;
            }

            TensorPrimitives.Divide(both, n.Channels, both);
            for (int c = 0; c < n.Channels; c++)
            {
                long row = start + ((long)c * n.Length);
                InputGradient(
                    x + row, dY + row, mean, inverse, tile.Count, gamma[c], totals, totals + TileLength, dX + row);
            }
        }
    }

    private static void AddDistances(float* x, float* mean, int count, float* sums, float* squares)
    {
        int t = 0;
        for (; t <= count - 16; t += 16)
        {
            Vector512<float> distance = Vector512.Load(x + t) - Vector512.Load(mean + t);
            (Vector512.Load(sums + t) + distance).Store(sums + t);
            (Vector512.Load(squares + t) + (distance * distance)).Store(squares + t);
        }

        for (; t < count; t++)
        {
            float distance = x[t] - mean[t];
            sums[t] += distance;
            squares[t] += distance * distance;
        }
    }

    /// <summary>
    /// inverse = 1 / sqrt(variance + epsilon). What rounding the mean left, the sum of the distances from it, is taken
    /// from the squares again and given to the mean.
    /// </summary>
    private static void Finish(
        float* sums, float* squares, int count, float channels, float epsilon, float* mean, float* inverse)
    {
        int t = 0;
        for (; t <= count - 16; t += 16)
        {
            Vector512<float> sum = Vector512.Load(sums + t);
            Vector512<float> variance = (Vector512.Load(squares + t) - (sum * sum / channels)) / channels;
            (Vector512<float>.One / Vector512.Sqrt(variance + Vector512.Create(epsilon))).Store(inverse + t);
            (Vector512.Load(mean + t) + (sum / channels)).Store(mean + t);
        }

        for (; t < count; t++)
        {
            float variance = (squares[t] - (sums[t] * sums[t] / channels)) / channels;
            inverse[t] = 1 / MathF.Sqrt(variance + epsilon);
            mean[t] += sums[t] / channels;
        }
    }

    /// <summary>to = (x - mean) inverse gamma + beta; to may be x.</summary>
    private static void Normalize(
        float* x, float* mean, float* inverse, int count, float gamma, float beta, float* to)
    {
        int t = 0;
        for (; t <= count - 16; t += 16)
        {
            Vector512<float> h = (Vector512.Load(x + t) - Vector512.Load(mean + t)) * Vector512.Load(inverse + t);
            ((h * Vector512.Create(gamma)) + Vector512.Create(beta)).Store(to + t);
        }

        for (; t < count; t++)
        {
            to[t] = ((x[t] - mean[t]) * inverse[t] * gamma) + beta;
        }
    }

    /// <summary>Adds gamma dY and gamma dY h to every step's sums; returns the row's sums of dY and dY h.</summary>
    private static (float Sum, float SumByValue) AddGradients(
        float* x, float* dY, float* mean, float* inverse, int count, float gamma, float* sums, float* products)
    {
        Vector512<float> ofRow = default;
        Vector512<float> ofRowByValue = default;
        int t = 0;
        for (; t <= count - 16; t += 16)
        {
            Vector512<float> h = (Vector512.Load(x + t) - Vector512.Load(mean + t)) * Vector512.Load(inverse + t);
            Vector512<float> gradient = Vector512.Load(dY + t);
            Vector512<float> byValue = gradient * h;
            ofRow += gradient;
            ofRowByValue += byValue;
            (Vector512.Load(sums + t) + (gradient * Vector512.Create(gamma))).Store(sums + t);
            (Vector512.Load(products + t) + (byValue * Vector512.Create(gamma))).Store(products + t);
        }

        float sum = Vector512.Sum(ofRow);
        float sumByValue = Vector512.Sum(ofRowByValue);
        for (; t < count; t++)
        {
            float byValue = dY[t] * ((x[t] - mean[t]) * inverse[t]);
            sum += dY[t];
            sumByValue += byValue;
            sums[t] += dY[t] * gamma;
            products[t] += byValue * gamma;
        }

        return (sum, sumByValue);
    }

    /// <summary>to = inverse (gamma dY - centre - h slope); to may be dY.</summary>
    private static void InputGradient(
        float* x, float* dY, float* mean, float* inverse, int count, float gamma, float* centre, float* slope,
        float* to)
    {
        int t = 0;
        for (; t <= count - 16; t += 16)
        {
            Vector512<float> scale = Vector512.Load(inverse + t);
            Vector512<float> h = (Vector512.Load(x + t) - Vector512.Load(mean + t)) * scale;
            Vector512<float> gradient = Vector512.Load(dY + t) * Vector512.Create(gamma);
            (scale * (gradient - Vector512.Load(centre + t) - (h * Vector512.Load(slope + t)))).Store(to + t);
        }

        for (; t < count; t++)
        {
            float h = (x[t] - mean[t]) * inverse[t];
            to[t] = inverse[t] * ((dY[t] * gamma) - centre[t] - (h * slope[t]));
        }
    }
}
