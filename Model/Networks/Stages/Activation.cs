using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>What flows between two stages: the values, and their gradient where somebody before needs it.</summary>
internal sealed record Activation(Tensor<float> Value, Tensor<float>? Gradient)
{
    public Shape Shape => Value.Shape;

    /// <summary>The gradient, for stages that are only planned where there is one.</summary>
    public Tensor<float> RequiredGradient =>
        Gradient ?? throw new InvalidOperationException("the network was planned for inference: it has no backward pass");
}
