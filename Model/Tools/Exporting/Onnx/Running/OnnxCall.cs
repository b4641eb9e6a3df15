namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>A node with the values that it is given.</summary>
/// <param name="node">The node.</param>
/// <param name="inputs">Its inputs.</param>
internal sealed class OnnxCall(NodeProto node, IReadOnlyList<OnnxValue> inputs)
{
    /// <summary>How many inputs came.</summary>
    public int Count => inputs.Count;

    /// <summary>How many outputs are wanted.</summary>
    public int Outputs => node.Output.Count;

    /// <summary>An input.</summary>
    public OnnxValue this[int index] => index < inputs.Count
        ? inputs[index]
        : throw new OnnxException($"it has {inputs.Count} inputs, and input {index + 1} is needed");

    /// <summary>A setting that is an integer.</summary>
    public int Int(string name, int otherwise) =>
        Find(name) is { HasI: true } one ? checked((int)one.I) : otherwise;

    /// <summary>A setting that is a float.</summary>
    public float Float(string name, float otherwise) => Find(name) is { HasF: true } one ? one.F : otherwise;

    /// <summary>A setting of several integers; null where there is none.</summary>
    public int[]? Ints(string name) =>
        Find(name) is { } one ? [.. one.Ints.Select(value => checked((int)value))] : null;

    /// <summary>A dimension of the first input, by a setting; counted from the end where that is below 0.</summary>
    public int Axis(int otherwise) => Axis(Int("axis", otherwise), this[0].Shape.Length);

    /// <summary>A dimension, counted from the end where it is below 0.</summary>
    public static int Axis(long axis, int rank) => axis < -rank || axis >= Math.Max(rank, 1)
        ? throw new OnnxException($"there is no dimension {axis} of {rank}")
        : (int)(axis < 0 ? axis + rank : axis);

    private AttributeProto? Find(string name) => node.Attribute.FirstOrDefault(one => one.Name == name);
}
