using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks;

/// <summary>One learnt tensor and the place that its gradient accumulates in.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">For instance <c>conv1.weight</c>.</param>
/// <param name="Value">The values.</param>
/// <param name="Gradient">
/// The gradient, of the same shape; null where the network was built for inference alone.
/// </param>
public sealed record Parameter(string Name, Tensor<float> Value, Tensor<float>? Gradient);
