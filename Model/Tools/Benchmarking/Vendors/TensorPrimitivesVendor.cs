// System.Numerics.Tensors on the host, one thread. It has no matrix product: rows are summed by MultiplyAdd, or by Dot
// where the right matrix is stored transposed, which is what its users write.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Tools.Benchmarking.Vendors;

/// <summary>TensorPrimitives.</summary>
internal sealed class TensorPrimitivesVendor : IVendor
{
    private const string Library = "System.Numerics.Tensors";

    /// <inheritdoc/>
    public VendorCall? Plan(VendorWork work, CaseDevice tensors)
    {
        Tensor<float>[] inputs = [.. tensors.Tensors.OfType<Tensor<float>>()];
        return work switch
        {
            VendorWork.Product product => Product(product.Shape, inputs),
            VendorWork.Function function => Function(function, inputs),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static VendorCall? Function(VendorWork.Function work, Tensor<float>[] x)
    {
        (int rows, int length) = (work.Rows, work.Length);
        return work.Name switch
        {
            "relu.forward" => OfAll(y => TensorPrimitives.Max(x[0].Span, 0f, y)),
            "sigmoid.forward" => OfAll(y => TensorPrimitives.Sigmoid(x[0].Span, y)),
            "tanh.forward" => OfAll(y => TensorPrimitives.Tanh(x[0].Span, y)),
            "add.forward" => OfAll(y => TensorPrimitives.Add(x[0].Span, x[1].Span, y), tensor: 2),
            "softmax.forward" => OfRows(rows * length, (row, y) => TensorPrimitives.SoftMax(
                x[0].Span.Slice(row * length, length), y.AsSpan(row * length, length))),
            "reduction.rows" => OfRows(rows, (row, y) => y[row] = TensorPrimitives.Sum<float>(
                x[0].Span.Slice(row * length, length))),
            "reduction.max" => OfRows(rows, (row, y) => y[row] = TensorPrimitives.Max<float>(
                x[0].Span.Slice(row * length, length))),
            _ => null,
        };

        VendorCall OfAll(Action<float[]> call, int tensor = 1)
        {
            float[] y = new float[rows * length];
            return new VendorCall(Library, tensor, () => call(y), () => y);
        }

        VendorCall OfRows(int results, Action<int, float[]> call)
        {
            float[] y = new float[results];
            return new VendorCall(
                Library, 1, () =>
                {
                    for (int row = 0; row < rows; row++)
                    {
                        call(row, y);
                    }
                },
                () => y);
        }
    }

    private static VendorCall Product(MatMulShape s, Tensor<float>[] x)
    {
        float[] c = new float[s.C.Length];
        return new VendorCall(Library, 2, s.TransposeB && !s.TransposeA ? Dots : Sums, () => c);

        void Dots()
        {
            for (int m = 0; m < s.M; m++)
            {
                ReadOnlySpan<float> row = x[0].Span.Slice(m * s.K, s.K);
                for (int n = 0; n < s.N; n++)
                {
                    c[(m * s.N) + n] = TensorPrimitives.Dot(row, x[1].Span.Slice(n * s.K, s.K));
                }
            }
        }

        void Sums()
        {
            float[] column = new float[s.N];
            for (int m = 0; m < s.M; m++)
            {
                Span<float> row = c.AsSpan(m * s.N, s.N);
                row.Clear();
                for (int k = 0; k < s.K; k++)
                {
                    float factor = x[0].Span[s.TransposeA ? (k * s.M) + m : (m * s.K) + k];
                    TensorPrimitives.MultiplyAdd(RowOfB(k, column), factor, row, row);
                }
            }
        }

        ReadOnlySpan<float> RowOfB(int k, float[] column)
        {
            if (!s.TransposeB)
            {
                return x[1].Span.Slice(k * s.N, s.N);
            }

            for (int n = 0; n < s.N; n++)
            {
                column[n] = x[1].Span[(n * s.K) + k];
            }

            return column;
        }
    }
}
