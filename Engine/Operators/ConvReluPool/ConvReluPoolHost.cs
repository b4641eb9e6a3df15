// The host bodies of ConvReluPool. Forward runs Conv1d's strips with a sink that adds the bias, applies ReLU and pools
// while a strip is in L1; only pooled values reach memory. Backward makes the convolution's gradient while it packs
// rows (PooledRows), or skips it altogether: the gradient of the weights needs the places of the maxima alone
// (SparseWeightGradientPlan).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="ConvReluPool"/>, planned for one shape.</summary>
internal sealed unsafe class ConvReluPoolHost
{
    private readonly Conv1dShape conv;
    private readonly Pool1dShape? pool;
    private readonly int chunks;
    private readonly int chunkLength;
    private readonly IConvolutionPlan forward;
    private readonly Conv1dHost? backward;
    private readonly SparseWeightGradientPlan? sparse;

    /// <summary>Plans forward, and backward where it is for training.</summary>
    public ConvReluPoolHost(ComputeDevice device, Conv1dShape conv, Pool1dShape? pool, bool training)
    {
        this.conv = conv;
        this.pool = pool;
        Pool1dShape windows = pool ?? new Pool1dShape(conv.Batch, conv.Filters, conv.OutputLength, 1, 1);
        int most = Math.Max(1, Conv1dHost.MaxChunkOf(conv) / windows.Stride);
        chunks = (windows.OutputLength + most - 1) / most;
        chunkLength = (windows.OutputLength + chunks - 1) / chunks;
        forward = Conv1dHost.PlanForward(
            device, conv, ((chunkLength - 1) * windows.Stride) + windows.Window, chunks);
        if (training)
        {
            sparse = pool is { } some && SparseWeightGradientPlan.Suits(conv, some)
                ? new SparseWeightGradientPlan(device, conv, some)
                : null;
            backward = new Conv1dHost(
                device, conv, sparse is null ? ConvolutionPasses.Backward : ConvolutionPasses.GradientOfInput);
        }
    }

    public void Forward(
        Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y, Tensor<int>? argMax)
    {
        Pool1dShape windows = pool ?? new Pool1dShape(conv.Batch, conv.Filters, conv.OutputLength, 1, 1);
        var sink = new PoolSink(
            windows, pool is null, chunkLength, bias is null ? null : bias.Address, y.Address,
            argMax is null || pool is null ? null : argMax.Address);
        forward.Run(weight.Address, chunks, new TensorRows(x.Address, conv.Channels, conv.Length), sink);
    }

    public void Prepare(Tensor<float> weight) => forward.Prepare(weight.Address);

    public void Backward(
        Tensor<float> x,
        Tensor<float> weight,
        Tensor<float> y,
        Tensor<float> dY,
        Tensor<int>? argMax,
        Tensor<float> dWeight,
        Tensor<float>? dBias,
        Tensor<float>? dX)
    {
        if (pool is not { } windows)
        {
            Backward(x, weight, new ReluRows(conv, y, dY), dWeight, dBias, dX);
        }
        else if (sparse is null)
        {
            Backward(x, weight, new PooledRows(windows, y, dY, argMax!), dWeight, dBias, dX);
        }
        else
        {
            float* bias = dBias is null ? null : dBias.Address;
            sparse.Run(x.Address, y.Address, dY.Address, argMax!.Address, dWeight.Address, bias);
            if (dX is not null)
            {
                backward!.BackwardInput(new PooledRows(windows, y, dY, argMax), weight, dX);
            }
        }
    }

    private void Backward<TGradient>(
        Tensor<float> x,
        Tensor<float> weight,
        TGradient gradient,
        Tensor<float> dWeight,
        Tensor<float>? dBias,
        Tensor<float>? dX)
        where TGradient : struct, IHostRows
    {
        backward!.BackwardWeight(x, gradient, dWeight, dBias);
        if (dX is not null)
        {
            backward.BackwardInput(gradient, weight, dX);
        }
    }

    /// <summary>y = max-pool(max(row + bias, 0)); a chunk is a number of windows.</summary>
    private readonly struct PoolSink(
        Pool1dShape pool, bool unpooled, int chunkLength, float* bias, float* y, int* argMax) : IStripSink
    {
        private readonly int windows = pool.OutputLength;

        public (int First, int Count) Columns(int chunk)
        {
            int first = chunk * chunkLength;
            int last = Math.Min(first + chunkLength, windows) - 1;
            int column = pool.WindowOf(first).First;
            return (column, pool.WindowOf(last).End - column);
        }

        public void Store(
            int clip, int clips, int output, int phase, int chunk, int first, int count, float* rows, int pitch)
        {
            long at = (((long)clip * pool.Channels) + output) * windows;
            var map = new ChannelMap(0f, 1f, bias == null ? 0f : bias[output]);
            int window = chunk * chunkLength;
            int end = Math.Min(window + chunkLength, windows);
            bool pairsAlone = argMax == null && pool.IsPairs && 2 * end <= pool.Length;
            for (int one = 0; one < clips; one++, rows += pitch, at += (long)pool.Channels * windows)
            {
                if (unpooled)
                {
                    HostNormRelu.Forward(rows, count, map, 0f, y + at + first);
                }
                else if (!pairsAlone ||
                    HostPairs.MaxRectified(rows - first + (2 * window), map.Shift, end - window, y + at + window) == 0)
                {
                    HostNormRelu.Forward(rows, count, map, 0f, rows);
                    PoolingHost.MaxRow(pool, rows - first, window, end, y + at, argMax == null ? null : argMax + at);
                }
            }
        }
    }
}
