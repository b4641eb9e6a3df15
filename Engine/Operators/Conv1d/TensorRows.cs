using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.Operators;

/// <summary>Rows of a tensor [B, channels, length].</summary>
internal readonly unsafe struct TensorRows(float* values, int channels, int length) : IHostRows
{
    /// <inheritdoc/>
    public void Pack(int clip, int channel, int start, int step, float* packed, int width)
    {
        float* row = values + ((((long)clip * channels) + channel) * length);
        int first = start >= 0 ? 0 : Math.Min(width, (-start + step - 1) / step);
        int end = start >= length ? first : Math.Clamp(((length - 1 - start) / step) + 1, first, width);
        new Span<float>(packed, first).Clear();
        if (step == 1)
        {
            Unsafe.CopyBlockUnaligned(packed + first, row + start + first, (uint)(end - first) * sizeof(float));
        }
        else
        {
            float* from = row + start;
            for (int i = first; i < end; i++)
            {
                packed[i] = from[(long)i * step];
            }
        }

        new Span<float>(packed + end, width - end).Clear();
    }
}
