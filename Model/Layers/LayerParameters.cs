using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Layers;

/// <summary>What a layer learns and keeps, as its <see cref="Layer.Declare"/> says.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
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
