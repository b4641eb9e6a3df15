using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What the clips of a mini-batch were mixed with.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Targets">[rows], the label of the other clip.</param>
/// <param name="Shares">[rows], the share that it has, in [0, 1].</param>
public sealed record MixedTargets(Tensor<int> Targets, Tensor<float> Shares);
