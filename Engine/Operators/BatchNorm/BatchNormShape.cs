using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a batch normalisation: [B, C, T]; T is 1 for [B, C].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">Clips B.</param>
/// <param name="Channels">Channels C, each with statistics of its own.</param>
/// <param name="Length">Time steps T.</param>
public readonly record struct BatchNormShape(int Batch, int Channels, int Length = 1)
{
    /// <summary>x and y: [B, C, T].</summary>
    public Shape Values => new(Batch, Channels, Length);

    /// <summary>gamma, beta and the running statistics: [C].</summary>
    public Shape PerChannel => new(Channels);

    /// <summary>What forward leaves for backward: [2, C], the means, then the inverse deviations.</summary>
    public Shape Statistics => new(2, Channels);

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

    /// <summary>Throws unless every extent is at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Length);
    }
}
