using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks;

/// <summary>
/// One tensor that training moves without a gradient: the running statistics of a batch normalisation.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">For instance <c>norm1.running_mean</c>.</param>
/// <param name="Value">The values.</param>
public sealed record NetworkState(string Name, Tensor<float> Value);
