using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.Operators;

/// <summary>The values of a channel: so many rows, so long, so far apart.</summary>
internal readonly unsafe struct ChannelRows(float* first, int count, int length, long stride)
{
    public readonly int Count = count;
    public readonly int Length = length;

    public float* this[int row] => first + (row * stride);

    public static ChannelRows Of(float* tensor, in BatchNormNumbers n, int channel) =>
        new(tensor + ((long)channel * n.Length), n.Batch, n.Length, (long)n.Channels * n.Length);

    /// <summary>The rows side by side, as one.</summary>
    public ChannelRows CopyTo(float* copy)
    {
        for (int row = 0; row < Count; row++)
        {
            Unsafe.CopyBlockUnaligned(copy + ((long)row * Length), this[row], (uint)Length * sizeof(float));
        }

        return new ChannelRows(copy, 1, Count * Length, 0);
    }

    /// <summary>Rows that lie side by side, back to their places.</summary>
    public void CopyFrom(float* copy)
    {
        for (int row = 0; row < Count; row++)
        {
            Unsafe.CopyBlockUnaligned(this[row], copy + ((long)row * Length), (uint)Length * sizeof(float));
        }
    }
}
