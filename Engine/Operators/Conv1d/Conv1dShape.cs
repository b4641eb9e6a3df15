using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The fixed shape that a <see cref="Conv1d"/> is planned for. PyTorch's conventions and names.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">B: clips in a mini-batch.</param>
/// <param name="Channels">C: input channels, a multiple of <paramref name="Groups"/>.</param>
/// <param name="Length">T: input time steps.</param>
/// <param name="Filters">K: output channels, a multiple of <paramref name="Groups"/>.</param>
/// <param name="Taps">R: kernel taps.</param>
/// <param name="Stride">Time steps from one output to the next.</param>
/// <param name="Padding">
/// Zeros before the first time step, and after the last where <paramref name="PaddingAfter"/> says nothing else.
/// </param>
/// <param name="Dilation">Time steps from one tap to the next.</param>
/// <param name="Groups">Blocks of channels that are convolved on their own; C for a depthwise convolution.</param>
/// <param name="PaddingAfter">
/// Zeros after the last time step; null for as many as before the first. PyTorch's <c>padding="same"</c>, whose output
/// is as long as its input, has total = dilation (R - 1), of which total / 2 stand before and the rest after; a causal
/// convolution, whose outputs see no later step, has all of total before and 0 after.
/// </param>
public readonly record struct Conv1dShape(
    int Batch,
    int Channels,
    int Length,
    int Filters,
    int Taps,
    int Stride = 1,
    int Padding = 0,
    int Dilation = 1,
    int Groups = 1,
    int? PaddingAfter = null)
{
    /// <summary>L: output time steps, floor((T + before + after - dilation (R - 1) - 1) / stride) + 1.</summary>
    public int OutputLength => ((PaddedLength - Span) / Stride) + 1;

    /// <summary>x: [B, C, T].</summary>
    public Shape Input => new(Batch, Channels, Length);

    /// <summary>Weight: [K, C / groups, R].</summary>
    public Shape Weight => new(Filters, Channels / Groups, Taps);

    /// <summary>Bias: [K].</summary>
    public Shape Bias => new(Filters);

    /// <summary>y: [B, K, L].</summary>
    public Shape Output => new(Batch, Filters, OutputLength);

    /// <summary>
    /// Floating-point operations of the forward pass, and of each of the two gradients, as papers count them: a
    /// multiplication and an addition are two. 2 B K L (C / groups) R; bias and padding are not looked at.
    /// </summary>
    public long Operations => 2L * Batch * Filters * OutputLength * GroupChannels * Taps;

    /// <summary>Zeros after the last time step.</summary>
    internal int After => PaddingAfter ?? Padding;

    /// <summary>C / groups: the channels that one filter sees.</summary>
    internal int GroupChannels => Channels / Groups;

    /// <summary>K / groups: the filters that see the same channels.</summary>
    internal int GroupFilters => Filters / Groups;

    /// <summary>The time steps that the taps of one output span.</summary>
    internal int Span => (Dilation * (Taps - 1)) + 1;

    private int PaddedLength => Length + Padding + After;

    /// <summary>Throws unless the shape describes a convolution.</summary>
    /// <exception cref="ArgumentException">A number is out of range; the message says which and what to do.</exception>
    public void Validate()
    {
        AtLeast(Batch, 1, "batch");
        AtLeast(Channels, 1, "channels");
        AtLeast(Length, 1, "length");
        AtLeast(Filters, 1, "filters");
        AtLeast(Taps, 1, "taps");
        AtLeast(Stride, 1, "stride");
        AtLeast(Padding, 0, "padding");
        AtLeast(After, 0, "padding after the last step");
        AtLeast(Dilation, 1, "dilation");
        AtLeast(Groups, 1, "groups");
        if (((long)Dilation * (Taps - 1)) + 1 > int.MaxValue || (long)Length + Padding + After > int.MaxValue)
        {
            throw new ArgumentException(
                $"{Taps} taps with dilation {Dilation}, or {Length} time steps with a padding of {Padding} before " +
                $"and {After} after, are more than the {int.MaxValue} time steps of a tensor: take fewer of them");
        }

        if (Channels % Groups != 0 || Filters % Groups != 0)
        {
            throw new ArgumentException(
                $"{Channels} channels and {Filters} filters do not split into {Groups} groups: " +
                "choose numbers of channels and filters that are multiples of the groups");
        }

        if (PaddedLength < Span)
        {
            string sides = After == Padding ? $"{Padding} on both sides" : $"{Padding} before and {After} after";
            throw new ArgumentException(
                $"{Taps} taps with dilation {Dilation} span {Span} time steps, but only {Length} with a padding of " +
                $"{sides} came: lengthen the input, pad more, or use fewer taps");
        }
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least)
        {
            throw new ArgumentException($"a convolution's {name} must be at least {least}, {value} came");
        }
    }
}
