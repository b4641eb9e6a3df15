using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The fixed shape that a pooling over time is planned for. PyTorch's conventions.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">B: clips in a mini-batch.</param>
/// <param name="Channels">C: channels, pooled each on its own.</param>
/// <param name="Length">T: input time steps.</param>
/// <param name="Window">Time steps of a window.</param>
/// <param name="Stride">Time steps from one window to the next.</param>
/// <param name="Padding">Steps before the first and after the last; at most half a window.</param>
/// <param name="CeilMode">
/// True: steps that are left behind the last whole window get one more window, which reaches past the padding, as with
/// PyTorch's <c>ceil_mode</c>; but only if it begins inside the input or the padding before it.
/// </param>
public readonly record struct Pool1dShape(
    int Batch, int Channels, int Length, int Window, int Stride, int Padding = 0, bool CeilMode = false)
{
    /// <summary>
    /// P: windows, floor((T + 2 padding - window) / stride) + 1; in ceil mode ceil instead of floor, and one less where
    /// the last window would begin at T or later.
    /// </summary>
    public int OutputLength
    {
        get
        {
            int last = (Length + (2 * Padding) - Window + (CeilMode ? Stride - 1 : 0)) / Stride;
            return CeilMode && last * Stride >= Length + Padding ? last : last + 1;
        }
    }

    /// <summary>x: [B, C, T].</summary>
    public Shape Input => new(Batch, Channels, Length);

    /// <summary>y: [B, C, P].</summary>
    public Shape Output => new(Batch, Channels, OutputLength);

    /// <summary>Operations of the forward pass, one for each step of each window: B C P window.</summary>
    public long Operations => (long)Output.Length * Window;

    /// <summary>Operations of a maximum's backward pass: one for each element of dX.</summary>
    public long MaxBackwardOperations => Input.Length;

    /// <summary>Throws unless the shape describes a pooling.</summary>
    /// <exception cref="ArgumentException">A number is out of range; the message says which and what to do.</exception>
    public void Validate()
    {
        AtLeast(Batch, 1, "batch");
        AtLeast(Channels, 1, "channels");
        AtLeast(Length, 1, "length");
        AtLeast(Window, 1, "window");
        AtLeast(Stride, 1, "stride");
        AtLeast(Padding, 0, "padding");
        if (Padding > Window / 2)
        {
            throw new ArgumentException(
                $"a padding of {Padding} is more than half a window of {Window}, so that a window could hold nothing " +
                "but padding: pad less or widen the window");
        }

        // A window in ceil mode may lack some steps, but not a whole stride.
        if (Length + (2 * Padding) + (CeilMode ? Stride - 1 : 0) < Window)
        {
            throw new ArgumentException(
                $"a window of {Window} time steps is longer than the {Length} with a padding of {Padding} on both " +
                "sides that came: lengthen the input or narrow the window");
        }
    }

    /// <summary>One window over all time: [B, C, T] to [B, C, 1].</summary>
    public static Pool1dShape OverAllTime(int batch, int channels, int length) =>
        new(batch, channels, length, Window: length, Stride: length);

    /// <summary>True for windows of two with stride two, the usual ones, which have bodies of their own.</summary>
    internal bool IsPairs => this is { Window: 2, Stride: 2, Padding: 0 };

    /// <summary>True for windows of four with stride four: two levels of pairs.</summary>
    internal bool IsPairsOfPairs => this is { Window: 4, Stride: 4, Padding: 0 };

    /// <summary>The part of window <paramref name="j"/> that lies inside the input.</summary>
    internal (int First, int End) WindowOf(int j)
    {
        int start = (j * Stride) - Padding;
        return (Math.Max(0, start), Math.Min(Length, start + Window));
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least)
        {
            throw new ArgumentException($"a pooling's {name} must be at least {least}, {value} came");
        }
    }
}
