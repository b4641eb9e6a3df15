using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Layers;

/// <summary>How a declared tensor begins.</summary>
internal enum Beginning
{
    /// <summary>All elements alike.</summary>
    Constant,

    /// <summary>Drawn by the network's initialiser as a weight.</summary>
    Weight,

    /// <summary>Drawn as the bias of a weight.</summary>
    Bias,
}

/// <summary>One tensor that a layer learns or keeps, before it has memory.</summary>
/// <param name="Name">Its name within the layer: <c>weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsLearnt">True with a gradient, false for what training moves by other rules.</param>
/// <param name="Beginning">How it begins.</param>
/// <param name="Value">The value of a constant beginning.</param>
/// <param name="Weight">The weight that a bias belongs to.</param>
internal sealed record DeclaredTensor(
    string Name, Shape Shape, bool IsLearnt, Beginning Beginning, float Value = 0, Shape Weight = default);

/// <summary>What a layer learns and keeps, as its <see cref="Layer.Declare"/> says.</summary>
public sealed class LayerParameters
{
    private readonly List<DeclaredTensor> all = [];

    internal IReadOnlyList<DeclaredTensor> All => all;

    /// <summary>A weight [outputs, inputs, ...], drawn by the network's initialiser.</summary>
    public void LearnWeight(string name, Shape shape) =>
        all.Add(new DeclaredTensor(name, shape, IsLearnt: true, Beginning.Weight));

    /// <summary>The bias [outputs] of a weight, drawn by the network's initialiser.</summary>
    public void LearnBias(string name, Shape weight) =>
        all.Add(new DeclaredTensor(name, new Shape(weight[0]), IsLearnt: true, Beginning.Bias, Weight: weight));

    /// <summary>A parameter that begins with one value everywhere.</summary>
    public void Learn(string name, Shape shape, float value) =>
        all.Add(new DeclaredTensor(name, shape, IsLearnt: true, Beginning.Constant, value));

    /// <summary>A tensor that is saved with the network but has no gradient, such as running statistics.</summary>
    public void Keep(string name, Shape shape, float value) =>
        all.Add(new DeclaredTensor(name, shape, IsLearnt: false, Beginning.Constant, value));
}
