using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// The settings of AdamW: <see cref="Adam"/> with a weight decay that does not go through the gradient and its moments
/// (Loshchilov and Hutter, 2019). Named as in PyTorch, where the weight decay is 0.01 unless given.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[OptimizerType("adamw", "Adam with a decoupled weight decay")]
public sealed record AdamWOptions : OptimizerOptions
{
    /// <inheritdoc cref="AdamOptions.Beta1"/>
    public float Beta1 { get; init; } = 0.9f;

    /// <inheritdoc cref="AdamOptions.Beta2"/>
    public float Beta2 { get; init; } = 0.999f;

    /// <inheritdoc cref="AdamOptions.Epsilon"/>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>From 0: a step multiplies the parameter by 1 - learning rate times this.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override bool DecouplesDecay => true;

    /// <inheritdoc/>
    public override void Validate() => AdamSettings.Of(this).Validate();

    /// <inheritdoc/>
    public override IReadOnlyList<FormulaLine> Explain(UpdatePoint at) => AdamSettings.Of(this).Explain(at);

    /// <inheritdoc/>
    public override IOptimizer Create(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress) =>
        new Adam(device, values, gradients, progress, this);
}
