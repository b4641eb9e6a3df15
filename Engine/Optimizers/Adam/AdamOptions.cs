using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The settings of <see cref="Adam"/> with the weight decay in the gradient, named as in PyTorch.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[OptimizerType("adam", "Adam, weight decay in the gradient")]
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>The share of the mean gradient that is kept, in [0, 0.99999].</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>The share of the mean square gradient that is kept, in [0, 0.99999].</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the mean square, from 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>L2 penalty, from 0: this times the parameter is added to its gradient.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate() => AdamSettings.Of(this).Validate();

    /// <inheritdoc/>
    public override IReadOnlyList<FormulaLine> Explain(UpdatePoint at) => AdamSettings.Of(this).Explain(at);

    /// <inheritdoc/>
    public override IOptimizer Create(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress) =>
        new Adam(device, values, gradients, progress, this);
}
