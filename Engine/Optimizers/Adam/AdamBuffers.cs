using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The tensors of <see cref="Adam"/>: parameters, gradients, moments, and factors by the step.</summary>
/// <param name="Flat">Parameters and gradients.</param>
/// <param name="Mean">Running mean of the gradient, m.</param>
/// <param name="Square">Running mean of its square, v.</param>
/// <param name="MeanFactors">1 / (1 - beta1^t) for t from 1.</param>
/// <param name="RootFactors">1 / sqrt(1 - beta2^t) for t from 1.</param>
internal sealed record AdamBuffers(
    FlatParameters Flat,
    Tensor<float> Mean,
    Tensor<float> Square,
    Tensor<float> MeanFactors,
    Tensor<float> RootFactors);
