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
        HostRows.Clear(packed, first);
        if (step == 1)
        {
            HostRows.Copy(row + start + first, end - first, packed + first);
        }
        else if (step == 2)
        {
            HostRows.CopyEverySecond(row + start + (2L * first), end - first, packed + first, row + length);
        }
        else
        {
            float* from = row + start;
            for (int i = first; i < end; i++)
            {
                packed[i] = from[(long)i * step];
            }
        }

        HostRows.Clear(packed + end, width - end);
    }
}
