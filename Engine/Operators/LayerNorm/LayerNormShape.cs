using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a layer normalisation over channels: [B, C, T]; T is 1 for [B, C].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">Clips B.</param>
/// <param name="Channels">Channels C, over which is normalised.</param>
/// <param name="Length">Time steps T, each with statistics of its own.</param>
public readonly record struct LayerNormShape(int Batch, int Channels, int Length = 1)
{
    /// <summary>x and y: [B, C, T].</summary>
    public Shape Values => new(Batch, Channels, Length);

    /// <summary>gamma and beta: [C].</summary>
    public Shape PerChannel => new(Channels);

    /// <summary>What forward leaves for backward: [2, B, T], the means, then the inverse deviations.</summary>
    public Shape Statistics => new(2, Batch, Length);

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

    /// <summary>Throws unless the shape describes a layer normalisation.</summary>
    /// <exception cref="ArgumentException">A number is out of range; the message says which and what to do.</exception>
    public void Validate()
    {
        NormChecks.AtLeastOne(Batch, "layer normalisation", "batch");
        NormChecks.AtLeastOne(Channels, "layer normalisation", "channels");
        NormChecks.AtLeastOne(Length, "layer normalisation", "length");
        _ = Values; // Throws where there are more elements than a tensor has.
        _ = Statistics;
    }
}
