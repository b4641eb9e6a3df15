namespace NativeCnn.Model.Formats;

/// <summary>What a safetensors file holds.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Metadata">Free text, by name.</param>
/// <param name="Tensors">The tensors, by name.</param>
public sealed record SafeTensorsFile(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, SafeTensor> Tensors)
{
    /// <summary>A tensor by name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="SafeTensorsException">
    /// There is none of that name; the message lists those there are.
    /// </exception>
    public SafeTensor this[string name] =>
        Tensors.TryGetValue(name, out SafeTensor? tensor)
            ? tensor
            : throw new SafeTensorsException(
                $"No tensor '{name}'; there are {string.Join(", ", Tensors.Keys.Order(StringComparer.Ordinal))}.");
}
