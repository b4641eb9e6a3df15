namespace NativeCnn.Model.GradientChecks;

/// <summary>How a network's gradients are checked.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record GradientCheckOptions
{
    /// <summary>What is allowed in float32: a hundred times what one of its roundings may do.</summary>
    public const double Float32Tolerance = 1e-5;

    /// <summary>Clips of the mini-batch.</summary>
    public int BatchSize { get; init; } = 2;

    /// <summary>Elements of each tensor that are checked, one drawn of each of so many equal pieces; 0 for all.</summary>
    public int Elements { get; init; } = 50;

    /// <summary>Only stages that run a layer of this name, such as <c>conv1</c>; null for all.</summary>
    public string? Layer { get; init; }

    /// <summary>Seed of the input, where none is given, and of the gradient of the logits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// What a gradient may be wrong by, as a share of the sum of the magnitudes of the terms that it is made of.
    /// </summary>
    public double Tolerance { get; init; } = Float32Tolerance;
}
