// The host bodies of ConvReluPool. Forward runs Conv1d's strips with a sink that adds the bias, applies ReLU and pools
// while a strip is in L1; only pooled values reach memory. Backward makes the convolution's gradient while it packs
// rows (PooledRows), or skips it altogether: the gradient of the weights needs the places of the maxima alone
// (SparseWeightGradientPlan).
using System.Numerics;
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
        forward = Conv1dHost.PlanForward(device, conv, ((chunkLength - 1) * windows.Stride) + windows.Window);
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

        public void Store(int clip, int output, int phase, int chunk, int first, int count, float* row)
        {
            long at = (((long)clip * pool.Channels) + output) * windows;
            float add = bias == null ? 0f : bias[output];
            if (unpooled)
            {
                Rectify(row, add, count, y + at + first);
                return;
            }

            Rectify(row, add, count, row);
            int window = chunk * chunkLength;
            int end = Math.Min(window + chunkLength, windows);
            PoolingHost.MaxRow(pool, row - first, window, end, y + at, argMax == null ? null : argMax + at);
        }

        /// <summary>to = max(row + add, 0); to may be the row itself.</summary>
        private static void Rectify(float* row, float add, int count, float* to)
        {
            int lanes = Vector<float>.Count;
            int i = 0;
            for (; i + lanes <= count; i += lanes)
            {
                Vector.Max(Vector.Load(row + i) + new Vector<float>(add), Vector<float>.Zero).Store(to + i);
            }

            for (; i < count; i++)
            {
                to[i] = MathF.Max(row[i] + add, 0f);
            }
        }
    }
}
