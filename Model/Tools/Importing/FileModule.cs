using NativeCnn.Model.Formats;

namespace NativeCnn.Tools.Importing;

/// <summary>The tensors of a state_dict that one module has.</summary>
/// <param name="Path">The module, such as <c>features.0</c>.</param>
/// <param name="Tensors">Its tensors by the names that a run has for them, each with its name in the file.</param>
internal sealed record FileModule(
    string Path, IReadOnlyDictionary<string, (string Name, SafeTensor Tensor)> Tensors)
{
    /// <summary>The path with a sign for each number: modules that it is the same for stand in an order.</summary>
    public string Pattern { get; } = NaturalOrder.Pattern(Path);

    /// <summary>Names and shapes, the same for modules that could stand for one another.</summary>
    public string Signature { get; } = SignatureOf(Tensors.Select(one => (one.Key, one.Value.Tensor.Shape)));

    /// <summary>Names and shapes as one text.</summary>
    public static string SignatureOf(IEnumerable<(string Name, int[] Shape)> tensors) => string.Join(
        ' ', tensors.OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => $"{one.Name}[{ShapeOf(one.Shape)}]"));

    /// <summary>A shape without brackets.</summary>
    public static string ShapeOf(int[] shape) => string.Join(", ", shape);
}
