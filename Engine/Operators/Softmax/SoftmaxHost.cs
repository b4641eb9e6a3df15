// The host bodies of Softmax and LogSoftmax: rows in blocks that stay in L1, each block one part of the work, vectors
// along the classes.
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of a softmax.</summary>
internal static unsafe class SoftmaxHost
{
    public static void Forward<TForm>(
        HostWorkers workers, Tensor<float> logits, Tensor<float> y, int rows, int classes)
        where TForm : struct, ISoftmaxForm =>
        workers.Run(
            RowBlocks.Count(rows, classes), HostWork.OfFunctions((long)rows * classes),
            new ForwardBody<TForm>(logits.Address, y.Address, rows, classes));

    public static void Backward<TForm>(
        HostWorkers workers, Tensor<float> y, Tensor<float> dY, Tensor<float> dX, int rows, int classes)
        where TForm : struct, ISoftmaxForm =>
        workers.Run(
            RowBlocks.Count(rows, classes), HostWork.OfFloats(4L * rows * classes),
            new BackwardBody<TForm>(y.Address, dY.Address, dX.Address, rows, classes));

    /// <summary>Subtracts a row's largest value.</summary>
    public static void SubtractMax(ReadOnlySpan<float> row, Span<float> shifted) =>
        TensorPrimitives.Subtract(row, TensorPrimitives.Max(row), shifted);

    private readonly struct ForwardBody<TForm>(float* logits, float* y, int rows, int classes) : IHostBody
        where TForm : struct, ISoftmaxForm
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            for (int row = firstRow; row < firstRow + count; row++)
            {
                int first = row * classes;
                SubtractMax(new ReadOnlySpan<float>(logits + first, classes), new Span<float>(y + first, classes));
            }

            TForm.Forward(new Span<float>(y + (firstRow * classes), count * classes), classes);
        }
    }

    private readonly struct BackwardBody<TForm>(float* y, float* dY, float* dX, int rows, int classes) : IHostBody
        where TForm : struct, ISoftmaxForm
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            for (int row = firstRow; row < firstRow + count; row++)
            {
                int first = row * classes;
                TForm.Backward(
                    new ReadOnlySpan<float>(y + first, classes), new ReadOnlySpan<float>(dY + first, classes),
                    new Span<float>(dX + first, classes));
            }
        }
    }
}
