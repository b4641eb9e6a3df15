using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a group normalisation: [B, C, T] in G groups of channels; T is 1 for [B, C].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">Clips B.</param>
/// <param name="Channels">Channels C, each with a scale and a shift of its own.</param>
/// <param name="Length">Time steps T.</param>
/// <param name="Groups">Groups G of neighbouring channels, each with statistics of its own; G divides C.</param>
public readonly record struct GroupNormShape(int Batch, int Channels, int Length, int Groups)
{
    /// <summary>x and y: [B, C, T].</summary>
    public Shape Values => new(Batch, Channels, Length);

    /// <summary>gamma and beta: [C].</summary>
    public Shape PerChannel => new(Channels);

    /// <summary>What forward leaves for backward: [2, B, G], the means, then the inverse deviations.</summary>
    public Shape Statistics => new(2, Batch, Groups);

    /// <summary>
    /// Floating-point operations of the forward pass, 7 an element: the sum; distance, square and sum; distance, scale
    /// and shift.
    /// </summary>
    public long Operations => 7L * Values.Length;

    /// <summary>
    /// Floating-point operations of the backward pass, 14 an element: 2 for a channel's sums, 3 for the normalised
    /// value and its product, 4 for the sums over what shares statistics, 5 for dX.
    /// </summary>
    public long BackwardOperations => 14L * Values.Length;

    /// <summary>Throws unless the shape describes a group normalisation.</summary>
    /// <exception cref="ArgumentException">A number is out of range; the message says which and what to do.</exception>
    public void Validate()
    {
        NormChecks.AtLeastOne(Batch, "group normalisation", "batch");
        NormChecks.AtLeastOne(Channels, "group normalisation", "channels");
        NormChecks.AtLeastOne(Length, "group normalisation", "length");
        NormChecks.AtLeastOne(Groups, "group normalisation", "groups");
        if (Channels % Groups != 0)
        {
            throw new ArgumentException(
                $"{Channels} channels do not split into {Groups} equal groups: take a number of groups that divides " +
                "the channels");
        }

        _ = Values; // Throws where there are more elements than a tensor has.
    }
}
