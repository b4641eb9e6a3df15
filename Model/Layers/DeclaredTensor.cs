using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Layers;

/// <summary>One tensor that a layer learns or keeps, before it has memory.</summary>
/// <param name="Name">Its name within the layer: <c>weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsLearnt">True with a gradient, false for what training moves by other rules.</param>
/// <param name="Beginning">How it begins.</param>
/// <param name="Value">The value of a constant beginning.</param>
/// <param name="Weight">The weight that a bias belongs to.</param>
internal sealed record DeclaredTensor(
    string Name, Shape Shape, bool IsLearnt, Beginning Beginning, float Value = 0, Shape Weight = default);
