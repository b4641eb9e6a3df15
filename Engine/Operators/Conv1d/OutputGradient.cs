using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The gradient of a convolution's output [B, K, L]: as it is, or as that of what a ReLU and a max-pooling made of it.
/// </summary>
/// <param name="Gradient">[B, K, L], or [B, K, windows] behind windows of two steps and more.</param>
/// <param name="Output">What the ReLU, or the pooling behind it, gave; null without.</param>
/// <param name="ArgMax">The place in [0, L) of each maximum; null where nothing is pooled.</param>
/// <param name="Window">0 as it is; 1 behind a ReLU; more behind windows of so many steps that touch.</param>
/// <param name="Windows">How many windows a row has.</param>
internal readonly record struct OutputGradient(
    Tensor<float> Gradient, Tensor<float>? Output = null, Tensor<int>? ArgMax = null, int Window = 0, int Windows = 0);
