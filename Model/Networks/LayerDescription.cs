// What network files can say of a layer, found in its record: `nativecnn model layers` and the JSON schema print it.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using NativeCnn.Features.Json;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>A layer type of network files.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Type">The value of <c>type</c>.</param>
/// <param name="Shapes">The shape rule of one clip.</param>
/// <param name="Sentence">What it computes; null where the documentation is not there.</param>
/// <param name="Fields">Its fields, those of all layers last.</param>
public sealed record LayerDescription(
    string Type, string Shapes, string? Sentence, IReadOnlyList<FieldDescription> Fields)
{
    /// <summary>Every layer type that network files can name.</summary>
    public static IReadOnlyList<LayerDescription> All => [.. LayerTypes.All.Values.Select(Of)];

    /// <summary>The description of a layer.</summary>
    /// <param name="layer">Its record.</param>
    public static LayerDescription Of(Type layer)
    {
        LayerTypeAttribute info = LayerTypes.InfoOf(layer);
        return new LayerDescription(info.Type, info.Shapes, XmlDocs.SummaryOf(layer), FieldsOf(layer));
    }

    /// <summary>The fields of a record that network files hold.</summary>
    internal static IReadOnlyList<FieldDescription> FieldsOf(Type record)
    {
        object usual = Activator.CreateInstance(record)!;
        return [.. JsonRecord.FieldsOf(record).Select(field => Of(field.Name, field.Property, usual))];
    }

    private static FieldDescription Of(string name, PropertyInfo property, object usual)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        bool required = JsonRecord.IsRequired(property);
        object? value = required ? null : property.GetValue(usual);
        string? sentence = XmlDocs.SummaryOf(property);
        string? absent = value is null
            ? null
            : JsonSerializer.Serialize(value, property.PropertyType, StrictJson.Options);
        JsonForm form = NetworkForms.All.Of(type);
        JsonNode schema = form.Schema is { } text
            ? JsonNode.Parse(text)!
            : JsonSchemaExporter.GetJsonSchemaAsNode(StrictJson.Options, type);
        string[] types = [.. TypesOf(schema)];
        if (JsonRecord.MayBeNull(property))
        {
            schema = new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        }

        if (schema is JsonObject keywords)
        {
            if (sentence is not null)
            {
                keywords.Insert(0, "description", sentence);
            }

            if (absent is not null)
            {
                keywords["default"] = JsonNode.Parse(absent);
            }
        }

        return new FieldDescription(
            name, form.Allowed, types, required, property.DeclaringType == typeof(Layer), absent, sentence)
        {
            Schema = schema,
        };
    }

    private static IEnumerable<string> TypesOf(JsonNode schema) => schema switch
    {
        JsonObject one when one["anyOf"] is JsonArray choices => choices.SelectMany(choice => TypesOf(choice!)),
        JsonObject one when one["type"] is JsonArray types => types.Select(type => type!.GetValue<string>()),
        JsonObject one when one["type"] is JsonValue type => [type.GetValue<string>()],
        _ => ["any"],
    };
}
