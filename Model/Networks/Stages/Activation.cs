using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>What flows between two stages: the values, and their gradient where somebody before needs it.</summary>
internal sealed record Activation(Tensor<float> Value, Tensor<float>? Gradient)
{
    public Shape Shape => Value.Shape;

    /// <summary>
    /// Where the values came out of a ReLU: the factor of those above 0, that of the dropout after it, or 1. 0 where
    /// they did not.
    /// </summary>
    public float Gate { get; init; }

    /// <summary>True where the stage after this takes the gradient through ReLU and dropout on its way.</summary>
    public bool IsGatedByConsumer { get; set; }

    /// <summary>The gradient, for stages that are only planned where there is one.</summary>
    public Tensor<float> RequiredGradient =>
        Gradient ?? throw new InvalidOperationException("the network was planned for inference: it has no backward pass");
}
