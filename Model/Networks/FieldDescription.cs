using System.Text.Json.Nodes;

namespace NativeCnn.Model.Networks;

/// <summary>A field of a layer, or of a network, in JSON.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Allowed">What may stand in it, in words.</param>
/// <param name="Types">The JSON types of that.</param>
/// <param name="IsRequired">True where it must be given.</param>
/// <param name="IsShared">True where all layers have it.</param>
/// <param name="Default">The value where it is not given, as JSON; null where it is required or nothing.</param>
/// <param name="Sentence">What it is; null where the documentation is not there.</param>
public sealed record FieldDescription(
    string Name, string Allowed, IReadOnlyList<string> Types, bool IsRequired, bool IsShared, string? Default,
    string? Sentence)
{
    /// <summary>Its JSON schema.</summary>
    public required JsonNode Schema { get; init; }
}
