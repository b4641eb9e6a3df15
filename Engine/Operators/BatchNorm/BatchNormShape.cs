using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a batch normalisation: [B, C, T]; T is 1 for [B, C].</summary>
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
}
