// The host bodies of Conv1d. Small plans share the same packed rows and register tiles:
//   StripPlan             forward and gradient of the input: strips of 8 filters x 48 time steps in registers
//   WinogradPlan          the same for three or four taps side by side, with half of the multiplications
//   WeightGradientPlan    gradient of weight and bias: 6 taps x 64 filters in registers
//   WinogradWeightPlan    the same for three taps side by side
//   ConvolutionTiles      those register tiles; Engine/Generator writes their bodies
// A depthwise convolution, one channel and a few filters a group, has plans of its own, bound by memory:
//   DepthwisePlan         forward and gradient of the input
//   DepthwiseWeightPlan   gradient of weight and bias
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="Conv1d"/>, planned for one shape.</summary>
internal sealed unsafe class Conv1dHost
{
    // Ten tiles of 48 columns: enough work for a part, and a window of the source that stays in L1 or L2.
    private const int MaxChunk = 480;

    private readonly Conv1dShape shape;
    private readonly int maxChunk;
    private readonly IConvolutionPlan? forward;
    private readonly IConvolutionPlan? backwardInput;
    private readonly IWeightGradientPlan? backwardWeight;

    /// <summary>Plans some passes; the others must not run.</summary>
    public Conv1dHost(ComputeDevice device, Conv1dShape shape, ConvolutionPasses passes)
    {
        this.shape = shape;
        bool depthwise = DepthwisePlan.Suits(shape);
        maxChunk = MaxChunkOf(shape);
        if (passes.HasFlag(ConvolutionPasses.Forward))
        {
            forward = PlanForward(device, shape, ChunkOf(shape.OutputLength), ChunksOf(shape.OutputLength));
        }

        if (passes.HasFlag(ConvolutionPasses.GradientOfInput))
        {
            int columns = ((shape.Length - 1 + shape.Padding) / shape.Stride) + 1 - (shape.Padding / shape.Stride);
            backwardInput =
                depthwise ? DepthwisePlan.BackwardInput(device, shape, ChunkOf(columns))
                : Winograd.SuitsGradientOfInput(shape)
                    ? WinogradPlan.BackwardInput(device, shape, ChunkOf(columns), ChunksOf(columns))
                : StripPlan.BackwardInput(device, shape, ChunkOf(columns), ChunksOf(columns));
        }

        if (passes.HasFlag(ConvolutionPasses.GradientOfWeight))
        {
            backwardWeight =
                depthwise ? new DepthwiseWeightPlan(device, shape)
                : Winograd.SuitsGradientOfWeight(shape) ? new WinogradWeightPlan(device, shape)
                : new WeightGradientPlan(device, shape);
        }
    }

    /// <summary>
    /// The fastest way to compute y in so many chunks of at most so many columns; columns behind the last are left out.
    /// </summary>
    public static IConvolutionPlan PlanForward(ComputeDevice device, Conv1dShape shape, int chunkColumns, int chunks) =>
        DepthwisePlan.Suits(shape) ? DepthwisePlan.Forward(device, shape, chunkColumns)
            : Winograd.Suits(shape) ? WinogradPlan.Forward(device, shape, chunkColumns, chunks)
            : StripPlan.Forward(device, shape, chunkColumns, chunks);

    /// <summary>The columns that a chunk has at most.</summary>
    public static int MaxChunkOf(Conv1dShape shape) =>
        DepthwisePlan.Suits(shape) ? DepthwisePlan.MaxChunk : MaxChunk;

    public void Forward(Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y)
    {
        var sink = new ForwardSink(shape, ChunkOf(shape.OutputLength), bias is null ? null : bias.Address, y.Address);
        forward!.Run(weight.Address, ChunksOf(forward.Columns), Rows(x), sink);
    }

    /// <summary>The same, and the moments of each row's pieces, as long as <see cref="Piece"/> says.</summary>
    public void ForwardWithMoments(
        Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y, in RowSums moments)
    {
        float* add = bias is null ? null : bias.Address;
        var sink = new RowMomentsSink<ForwardSink>(
            new ForwardSink(shape, Piece, bias: null, y.Address), ChunksOf(shape.OutputLength), add, moments);
        forward!.Run(weight.Address, ChunksOf(forward.Columns), Rows(x), sink);
    }

    public void Prepare(Tensor<float> weight) => forward!.Prepare(weight.Address);

    public void BackwardInput(Tensor<float> dY, Tensor<float> weight, Tensor<float> dX) =>
        BackwardInput(Rows(dY), weight, dX);

    /// <summary>dX from whatever gives the rows of dY.</summary>
    public void BackwardInput<TGradient>(in TGradient dY, Tensor<float> weight, Tensor<float> dX)
        where TGradient : struct, IHostRows
    {
        int columns = backwardInput!.Columns;
        var sink = new InputGradientSink(
            shape, ChunkOf(columns), columns, backwardInput.FirstColumn, dX.Address);
        backwardInput.Run(weight.Address, ChunksOf(columns), dY, sink);
    }

    public void BackwardWeight(Tensor<float> x, Tensor<float> dY, Tensor<float> dWeight, Tensor<float>? dBias) =>
        BackwardWeight(x, Rows(dY), dWeight, dBias);

    /// <summary>dWeight and dBias from whatever gives the rows of dY.</summary>
    public void BackwardWeight<TGradient>(Tensor<float> x, in TGradient dY, Tensor<float> dWeight, Tensor<float>? dBias)
        where TGradient : struct, IHostRows =>
        backwardWeight!.Run(Rows(x), dY, dWeight.Address, dBias is null ? null : dBias.Address);

    private static TensorRows Rows(Tensor<float> tensor) => new(tensor.Address, tensor.Shape[1], tensor.Shape[2]);

    /// <summary>The shortest that <see cref="Piece"/> is for rows of so many steps, whatever the convolution.</summary>
    public static int LeastPiece(int steps) => ChunkOf(steps, MaxChunk);

    /// <summary>Steps of y that are finished at once: pieces of a row, of which the last may be shorter.</summary>
    public int Piece => ChunkOf(shape.OutputLength);

    private int ChunksOf(int columns) => (columns + maxChunk - 1) / maxChunk;

    private int ChunkOf(int columns) => ChunkOf(columns, maxChunk);

    private static int ChunkOf(int columns, int most)
    {
        int chunks = (columns + most - 1) / most;
        return (((columns + chunks - 1) / chunks) + 15) / 16 * 16;
    }

    private static (int First, int Count) Chunk(int chunk, int length, int columns)
    {
        int first = chunk * length;
        return (first, Math.Min(length, columns - first));
    }

    /// <summary>y = row + bias.</summary>
    private readonly struct ForwardSink(Conv1dShape shape, int chunkLength, float* bias, float* y) : IStripSink
    {
        private readonly int length = shape.OutputLength;

        public (int First, int Count) Columns(int chunk) => Chunk(chunk, chunkLength, length);

        public void Store(
            int clip, int clips, int output, int phase, int chunk, int first, int count, float* rows, int pitch)
        {
            float* to = y + ((((long)clip * shape.Filters) + output) * length) + first;
            var map = new ChannelMap(0f, 1f, bias == null ? 0f : bias[output]);
            for (int one = 0; one < clips; one++, rows += pitch, to += (long)shape.Filters * length)
            {
                HostNormRelu.Forward(rows, count, map, float.NegativeInfinity, to);
            }
        }
    }

    /// <summary>dX at the steps t = phase + stride m - padding.</summary>
    private readonly struct InputGradientSink(
        Conv1dShape shape, int chunkLength, int columns, int firstColumn, float* dX) : IStripSink
    {
        public (int First, int Count) Columns(int chunk) => Chunk(chunk, chunkLength, columns);

        public void Store(
            int clip, int clips, int output, int phase, int chunk, int first, int count, float* rows, int pitch)
        {
            float* to = dX + ((((long)clip * shape.Channels) + output) * shape.Length);
            int start = phase + (shape.Stride * (firstColumn + first)) - shape.Padding;
            for (int one = 0; one < clips; one++, rows += pitch, to += (long)shape.Channels * shape.Length)
            {
                if (shape.Stride == 1)
                {
                    HostRows.Copy(rows, count, to + start);
                    continue;
                }

                for (int i = 0, t = start; i < count && t < shape.Length; i++, t += shape.Stride)
                {
                    if (t >= 0)
                    {
                        to[t] = rows[i];
                    }
                }
            }
        }
    }
}
