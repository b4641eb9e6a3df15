using System.Numerics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Rows of the convolution's gradient where nothing is pooled: dY where ReLU let it through.</summary>
internal readonly unsafe struct ReluRows(Conv1dShape conv, Tensor<float> y, Tensor<float> dY) : IHostRows
{
    private readonly float* y = y.Address;
    private readonly TensorRows rows = new(dY.Address, conv.Filters, conv.OutputLength);

    /// <inheritdoc/>
    public void Pack(int clip, int channel, int start, int step, float* packed, int width)
    {
        rows.Pack(clip, channel, start, step, packed, width);
        int length = conv.OutputLength;
        float* values = y + ((((long)clip * conv.Filters) + channel) * length) + start;
        int end = Math.Min(width, length - start);
        int i = Math.Max(0, -start);
        for (; i + Vector<float>.Count <= end; i += Vector<float>.Count)
        {
            Vector.ConditionalSelect(
                Vector.LessThanOrEqual(Vector.Load(values + i), Vector<float>.Zero), Vector<float>.Zero,
                Vector.Load(packed + i)).Store(packed + i);
        }

        for (; i < end; i++)
        {
            packed[i] = values[i] <= 0f ? 0f : packed[i];
        }
    }
}
