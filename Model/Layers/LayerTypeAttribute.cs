namespace NativeCnn.Model.Layers;

/// <summary>What a layer is called in network files and in the names of its nodes.</summary>
/// <param name="type">The value of <c>type</c> in JSON, such as <c>conv1d</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LayerTypeAttribute(string type) : Attribute
{
    /// <summary>The value of <c>type</c> in JSON.</summary>
    public string Type { get; } = type;

    /// <summary>The beginning of a node's name, to which a number is added: <c>conv</c> for conv1, conv2, ...</summary>
    public string Name { get; init; } = type;

    /// <summary>The shape rule for one clip, such as <c>[C, T] -> [filters, L]</c>.</summary>
    public string Shapes { get; init; } = "any -> the same";

    /// <summary>How many inputs the layer takes at least.</summary>
    public int LeastInputs { get; init; } = 1;

    /// <summary>How many inputs the layer takes at most.</summary>
    public int MostInputs { get; init; } = 1;
}
