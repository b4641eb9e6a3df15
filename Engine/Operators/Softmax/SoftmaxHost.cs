using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host bodies of <see cref="Softmax"/> and <see cref="LogSoftmax"/>: rows in blocks that stay in L1, each block
/// one part of the work, vectors along the classes.
/// </summary>
internal static unsafe class SoftmaxHost
{
    public static void Forward(HostWorkers workers, Tensor<float> logits, Tensor<float> y, int rows, int classes) =>
        workers.Run(RowBlocks.Count(rows, classes), new ForwardBody(logits.Address, y.Address, rows, classes));

    public static void Backward(
        HostWorkers workers, Tensor<float> y, Tensor<float> dY, Tensor<float> dX, int rows, int classes) =>
        workers.Run(
            RowBlocks.Count(rows, classes), new BackwardBody(y.Address, dY.Address, dX.Address, rows, classes));

    public static void LogForward(HostWorkers workers, Tensor<float> logits, Tensor<float> y, int rows, int classes) =>
        workers.Run(RowBlocks.Count(rows, classes), new LogForwardBody(logits.Address, y.Address, rows, classes));

    public static void LogBackward(
        HostWorkers workers, Tensor<float> y, Tensor<float> dY, Tensor<float> dX, int rows, int classes) =>
        workers.Run(
            RowBlocks.Count(rows, classes), new LogBackwardBody(y.Address, dY.Address, dX.Address, rows, classes));

    /// <summary>Subtracts a row's largest value.</summary>
    public static void SubtractMax(ReadOnlySpan<float> row, Span<float> shifted) =>
        TensorPrimitives.Subtract(row, TensorPrimitives.Max(row), shifted);

    private readonly struct ForwardBody(float* logits, float* y, int rows, int classes) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            for (int row = firstRow; row < firstRow + count; row++)
            {
                int first = row * classes;
                SubtractMax(new ReadOnlySpan<float>(logits + first, classes), new Span<float>(y + first, classes));
            }

            var block = new Span<float>(y + (firstRow * classes), count * classes);
            TensorPrimitives.Exp(block, block);
            for (int row = 0; row < count; row++)
            {
                Span<float> one = block.Slice(row * classes, classes);
                TensorPrimitives.Multiply(one, 1f / TensorPrimitives.Sum(one), one);
            }
        }
    }

    private readonly struct BackwardBody(float* y, float* dY, float* dX, int rows, int classes) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            for (int row = firstRow; row < firstRow + count; row++)
            {
                var output = new ReadOnlySpan<float>(y + (row * classes), classes);
                var upstream = new ReadOnlySpan<float>(dY + (row * classes), classes);
                var gradient = new Span<float>(dX + (row * classes), classes);
                float mean = TensorPrimitives.Dot(upstream, output);
                TensorPrimitives.Subtract(upstream, mean, gradient);
                TensorPrimitives.Multiply(gradient, output, gradient);
            }
        }
    }

    private readonly struct LogForwardBody(float* logits, float* y, int rows, int classes) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            for (int row = firstRow; row < firstRow + count; row++)
            {
                var one = new Span<float>(y + (row * classes), classes);
                SubtractMax(new ReadOnlySpan<float>(logits + (row * classes), classes), one);
                TensorPrimitives.Subtract(one, MathF.Log(SumOfExponentials(one)), one);
            }
        }
    }

    private readonly struct LogBackwardBody(float* y, float* dY, float* dX, int rows, int classes) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            for (int row = firstRow; row < firstRow + count; row++)
            {
                float* output = y + (row * classes);
                float* upstream = dY + (row * classes);
                float* gradient = dX + (row * classes);
                float sum = TensorPrimitives.Sum(new ReadOnlySpan<float>(upstream, classes));
                for (int c = 0; c < classes; c++)
                {
                    gradient[c] = upstream[c] - (MathF.Exp(output[c]) * sum);
                }
            }
        }
    }

    private static float SumOfExponentials(ReadOnlySpan<float> values)
    {
        const int Piece = 256;
        Span<float> piece = stackalloc float[Piece];
        float sum = 0f;
        for (int start = 0; start < values.Length; start += Piece)
        {
            Span<float> some = piece[..Math.Min(Piece, values.Length - start)];
            TensorPrimitives.Exp(values.Slice(start, some.Length), some);
            sum += TensorPrimitives.Sum(some);
        }

        return sum;
    }
}
