using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>What may stand in a field of a JSON file: in words, as a JSON schema, and an enumeration's names.</summary>
public static class JsonNames
{
    /// <summary>The names of an enumeration's values in JSON, in the order of their declaration.</summary>
    public static IReadOnlyList<string> Of(Type enumeration)
    {
        ArgumentNullException.ThrowIfNull(enumeration);
        return [.. ValuesOf(enumeration).Select(NameOf)];
    }

    /// <summary>The name of one value.</summary>
    public static string Of(Enum value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return NameOf(value.GetType().GetField(value.ToString())!);
    }

    /// <summary>The value of a name, null where there is none: names are compared letter by letter.</summary>
    public static object? Find(Type enumeration, string name)
    {
        ArgumentNullException.ThrowIfNull(enumeration);
        return ValuesOf(enumeration).FirstOrDefault(value => NameOf(value) == name)?.GetValue(null);
    }

    /// <summary>For instance <c>a whole number</c>, or <c>one of elu, gelu, ...</c>.</summary>
    internal static string Allowed(Type type) => FormOf(type).Words;

    /// <summary>The same as a JSON schema.</summary>
    internal static JsonNode SchemaOf(Type type) =>
        FormOf(type).Schema is { } schema
            ? JsonNode.Parse(schema)!
            : JsonSchemaExporter.GetJsonSchemaAsNode(StrictJson.Options, type);

    private static (string Words, string? Schema) FormOf(Type type) => type switch
    {
        _ when type.IsEnum => (
            $"one of {string.Join(", ", Of(type))}",
            $$"""{"type": "string", "enum": [{{string.Join(", ", Of(type).Select(name => $"\"{name}\""))}}]}"""),
        _ when type == typeof(int) || type == typeof(long) => ("a whole number", """{"type": "integer"}"""),
        _ when type == typeof(float) || type == typeof(double) => ("a number", """{"type": "number"}"""),
        _ when type == typeof(bool) => ("true or false", """{"type": "boolean"}"""),
        _ when type == typeof(string) => ("a text", """{"type": "string"}"""),
        _ when type == typeof(ConvPadding) => (ConvPadding.Forms, ConvPadding.Schema),
        _ when type == typeof(ValueList<Layer>) => (
            "a list of layers", """{"type": "array", "items": {"$ref": "#/$defs/layer"}}"""),
        _ when type == typeof(ValueList<string>) => (
            "a name, or a list of names",
            """{"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}"""),
        _ => ($"a {type.Name}", null),
    };

    private static FieldInfo[] ValuesOf(Type enumeration) =>
        enumeration.GetFields(BindingFlags.Public | BindingFlags.Static);

    private static string NameOf(FieldInfo value) =>
        value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.Name;
}
