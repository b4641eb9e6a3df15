// The host bodies of LayerNorm for [B, C]: a clip's channels lie side by side, so vectors run along them. A part is as
// many clips as fill a block, so that few shares of dGamma and dBeta are left to add up.
using System.Runtime.Intrinsics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="LayerNorm"/> where there is one time step.</summary>
internal static unsafe class LayerNormRowsHost
{
    /// <summary>Parts, each of which leaves shares of dBeta and dGamma.</summary>
    public static int Parts(int batch, int channels) => (batch + ClipsOfPart(channels) - 1) / ClipsOfPart(channels);

    public static void Forward(
        HostWorkers workers, in LayerNormNumbers numbers, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta,
        Tensor<float> statistics, Tensor<float> y)
    {
        var body = new ForwardBody(numbers, x.Address, gamma.Address, beta.Address, statistics.Address, y.Address);
        workers.Run(Parts(numbers.Batch, numbers.Channels), HostWork.OfFloats(6L * x.Length), body);
    }

    /// <summary>dX, and shares [parts, 2, C] of dBeta and dGamma.</summary>
    public static void Backward(
        HostWorkers workers, in LayerNormNumbers numbers, Tensor<float> x, Tensor<float> gamma,
        Tensor<float> statistics, Tensor<float> dY, float* shares, Tensor<float>? dX)
    {
        var body = new BackwardBody(
            numbers, x.Address, gamma.Address, statistics.Address, dY.Address, shares,
            dX is null ? null : dX.Address);
        workers.Run(Parts(numbers.Batch, numbers.Channels), HostWork.OfFloats(6L * x.Length), body);
    }

    private static int ClipsOfPart(int channels) => Math.Max(1, HostParts.BlockLength / channels);

    private static (int First, int End) Range(int part, in LayerNormNumbers n)
    {
        int of = ClipsOfPart(n.Channels);
        return (part * of, Math.Min(n.Batch, (part * of) + of));
    }

    private readonly struct ForwardBody(
        LayerNormNumbers n, float* x, float* gamma, float* beta, float* statistics, float* y) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = Range(part, n);
            for (int clip = first; clip < end; clip++)
            {
                float* row = x + ((long)clip * n.Channels);
                (float mean, float inverse) = HostMoments.Of(row, n.Channels, n.Epsilon);
                statistics[clip] = mean;
                statistics[n.Batch + clip] = inverse;
                Normalize(row, n.Channels, mean, inverse, gamma, beta, y + ((long)clip * n.Channels));
            }
        }
    }

    private readonly struct BackwardBody(
        LayerNormNumbers n, float* x, float* gamma, float* statistics, float* dY, float* shares, float* dX)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* share = shares + (2L * n.Channels * part);
            new Span<float>(share, 2 * n.Channels).Clear();
            (int first, int end) = Range(part, n);
            for (int clip = first; clip < end; clip++)
            {
                long row = (long)clip * n.Channels;
                float mean = statistics[clip];
                float inverse = statistics[n.Batch + clip];
                (float sum, float sumByValue) = AddGradients(
                    x + row, dY + row, n.Channels, mean, inverse, gamma, share, share + n.Channels);
                if (dX != null)
                {
                    InputGradient(
                        x + row, dY + row, n.Channels, mean, inverse, gamma, sum / n.Channels,
                        sumByValue / n.Channels, dX + row);
                }
            }
        }
    }

    /// <summary>to = (x - mean) inverse gamma + beta; to may be x.</summary>
    private static void Normalize(
        float* x, int channels, float mean, float inverse, float* gamma, float* beta, float* to)
    {
        int c = 0;
        for (; c <= channels - 16; c += 16)
        {
            Vector512<float> h = (Vector512.Load(x + c) - Vector512.Create(mean)) * Vector512.Create(inverse);
            ((h * Vector512.Load(gamma + c)) + Vector512.Load(beta + c)).Store(to + c);
        }

        for (; c < channels; c++)
        {
            to[c] = ((x[c] - mean) * inverse * gamma[c]) + beta[c];
        }
    }

    /// <summary>Adds dY and dY h to the shares; returns the sums of gamma dY and gamma dY h.</summary>
    private static (float Sum, float SumByValue) AddGradients(
        float* x, float* dY, int channels, float mean, float inverse, float* gamma, float* dBeta, float* dGamma)
    {
        Vector512<float> sums = default;
        Vector512<float> sumsByValue = default;
        int c = 0;
        for (; c <= channels - 16; c += 16)
        {
            Vector512<float> gradient = Vector512.Load(dY + c);
            Vector512<float> byValue =
                gradient * ((Vector512.Load(x + c) - Vector512.Create(mean)) * Vector512.Create(inverse));
            (Vector512.Load(dBeta + c) + gradient).Store(dBeta + c);
            (Vector512.Load(dGamma + c) + byValue).Store(dGamma + c);
            sums += gradient * Vector512.Load(gamma + c);
            sumsByValue += byValue * Vector512.Load(gamma + c);
        }

        float sum = Vector512.Sum(sums);
        float sumByValue = Vector512.Sum(sumsByValue);
        for (; c < channels; c++)
        {
            float byValue = dY[c] * ((x[c] - mean) * inverse);
            dBeta[c] += dY[c];
            dGamma[c] += byValue;
            sum += dY[c] * gamma[c];
            sumByValue += byValue * gamma[c];
        }

        return (sum, sumByValue);
    }

    /// <summary>to = inverse (gamma dY - centre - h slope); to may be dY.</summary>
    private static void InputGradient(
        float* x, float* dY, int channels, float mean, float inverse, float* gamma, float centre, float slope,
        float* to)
    {
        int c = 0;
        for (; c <= channels - 16; c += 16)
        {
            Vector512<float> h = (Vector512.Load(x + c) - Vector512.Create(mean)) * Vector512.Create(inverse);
            Vector512<float> gradient = Vector512.Load(dY + c) * Vector512.Load(gamma + c);
            (Vector512.Create(inverse) * (gradient - Vector512.Create(centre) - (h * Vector512.Create(slope))))
                .Store(to + c);
        }

        for (; c < channels; c++)
        {
            float h = (x[c] - mean) * inverse;
            to[c] = inverse * ((dY[c] * gamma[c]) - centre - (h * slope));
        }
    }
}
