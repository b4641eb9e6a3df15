using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>A <see cref="Pool1dShape"/> as portable kernels take it.</summary>
internal readonly struct PoolingNumbers(Pool1dShape shape)
{
    public readonly int Rows = shape.Batch * shape.Channels;
    public readonly int Length = shape.Length;
    public readonly int Window = shape.Window;
    public readonly int Stride = shape.Stride;
    public readonly int Padding = shape.Padding;
    public readonly int OutputLength = shape.OutputLength;

    /// <summary>
    /// The steps of a window inside the input with so many steps of its padding: what a mean divides by. Ceil mode lets
    /// a window reach further, where nothing counts.
    /// </summary>
    public int DivisorOf(int window, int counted)
    {
        int start = (window * Stride) - Padding;
        return IntrinsicMath.Min(Length + counted, start + Window) - IntrinsicMath.Max(-counted, start);
    }

    /// <summary>The first step inside the input of a window.</summary>
    public int FirstStep(int window) => IntrinsicMath.Max(0, (window * Stride) - Padding);

    /// <summary>One past the last step inside the input of a window.</summary>
    public int EndStep(int window) => IntrinsicMath.Min(Length, (window * Stride) - Padding + Window);

    /// <summary>The first window that holds step t.</summary>
    public int FirstWindow(int t) => IntrinsicMath.Max(0, (t + Padding - Window + Stride) / Stride);

    /// <summary>One past the last window that holds step t.</summary>
    public int EndWindow(int t) => IntrinsicMath.Min(OutputLength, ((t + Padding) / Stride) + 1);
}
