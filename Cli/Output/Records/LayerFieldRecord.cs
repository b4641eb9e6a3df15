using System.Text.Json;
using NativeCnn.Model.Networks;

namespace NativeCnn.Cli.Output;

/// <summary>A field of a layer type: the JSON types of its value, and that value where it is not given.</summary>
internal sealed record LayerFieldRecord(
    string Name, IReadOnlyList<string> Types, string Allowed, bool Required, JsonElement? Default, string? Description)
{
    public static LayerFieldRecord Of(FieldDescription field) => new(
        field.Name, field.Types, field.Allowed, field.IsRequired,
        field.Default is { } json ? JsonElement.Parse(json) : null, field.Sentence);
}
