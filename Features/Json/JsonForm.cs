using System.Text.Json;

namespace NativeCnn.Features.Json;

/// <summary>What may stand in JSON for a type, and how it is read.</summary>
/// <param name="Allowed">What may stand there, in words: <c>a whole number</c>.</param>
/// <param name="Read">Reads it; null where the value is not of this form.</param>
internal sealed record JsonForm(string Allowed, Func<JsonPlace, object?> Read)
{
    /// <summary>The names among what may stand there.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The same as a JSON schema; null for what System.Text.Json says of the type.</summary>
    public string? Schema { get; init; }

    /// <summary>A value that System.Text.Json reads.</summary>
    public static JsonForm Value(
        Type type, string allowed, string? schema = null, params IReadOnlyList<string> names) =>
        new(allowed, place => Deserialize(place, type)) { Schema = schema, Names = names };

    /// <summary>A name of an enumeration's value; numbers are refused.</summary>
    public static JsonForm Enumeration(Type type) => OneOf(JsonNames.Of(type), name => JsonNames.Find(type, name));

    /// <summary>One of some names, letter by letter.</summary>
    /// <param name="names">The names.</param>
    /// <param name="find">What a name stands for; null for a name that is none.</param>
    public static JsonForm OneOf(IReadOnlyList<string> names, Func<string, object?> find) => new(
        $"one of {string.Join(", ", names)}",
        place => Deserialize(place, typeof(string)) is string name ? find(name) : null)
    {
        Names = names,
        Schema = $$"""{"type": "string", "enum": [{{string.Join(", ", names.Select(name => $"\"{name}\""))}}]}""",
    };

    private static object? Deserialize(JsonPlace place, Type type)
    {
        try
        {
            // 1e99 is read as infinity.
            return place.Element.Deserialize(type, StrictJson.Options) switch
            {
                float number when !float.IsFinite(number) => null,
                double number when !double.IsFinite(number) => null,
                var read => read,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
