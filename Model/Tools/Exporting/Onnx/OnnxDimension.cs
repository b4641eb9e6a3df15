namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>A dimension of an input or output: a number, or a name where it is free.</summary>
/// <param name="Size">The number; what it is usually where it is free.</param>
/// <param name="Name">The name of a free dimension; null for a fixed one.</param>
internal readonly record struct OnnxDimension(long Size, string? Name)
{
    /// <summary>A fixed dimension.</summary>
    public static implicit operator OnnxDimension(int size) => new(size, null);

    /// <summary>A free dimension.</summary>
    public static implicit operator OnnxDimension(string name) => new(0, name);

    /// <summary>As the file has it.</summary>
    public TensorShapeProto.Types.Dimension ToProto() => Name is null
        ? new TensorShapeProto.Types.Dimension { DimValue = Size }
        : new TensorShapeProto.Types.Dimension { DimParam = Name };
}
