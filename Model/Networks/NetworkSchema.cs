// The JSON schema of network files, made of the same data as their reader, so that editors complete them.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeCnn.Features.Json;

namespace NativeCnn.Model.Networks;

/// <summary>The JSON schema, draft 2020-12, of network files.</summary>
public static class NetworkSchema
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema for every layer type that network files can name.</summary>
    public static string Text() => TextOf(LayerDescription.All);

    /// <summary>The schema for some layer types.</summary>
    internal static string TextOf(IReadOnlyList<LayerDescription> layers)
    {
        // "layer" is any of the types; a type's own definition has its name behind that, so that none is taken twice.
        var definitions = new JsonObject
        {
            ["layer"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray(JsonRecord.TypeField),
                ["oneOf"] = new JsonArray(
                    [.. layers.Select(layer => new JsonObject { ["$ref"] = $"#/$defs/layer-{layer.Type}" })]),
            },
        };
        foreach (LayerDescription layer in layers)
        {
            var type = new JsonObject { ["const"] = layer.Type };
            definitions[$"layer-{layer.Type}"] = Object(
                $"{layer.Shapes}{(layer.Sentence is null ? "" : $": {layer.Sentence}")}",
                (JsonRecord.TypeField, type), layer.Fields, typeIsRequired: true);
        }

        JsonObject network = Object(
            XmlDocs.SummaryOf(typeof(NetworkSpec)) ?? "",
            (NetworkForms.SchemaField, new JsonObject { ["type"] = "string" }),
            LayerDescription.FieldsOf(typeof(NetworkSpec)), typeIsRequired: false);
        network.Insert(0, "$schema", Draft);
        network.Insert(1, "title", "A network of NativeCnn");
        network["$defs"] = definitions;
        return network.ToJsonString(Indented);
    }

    private static JsonObject Object(
        string description, (string Name, JsonNode Schema) first, IReadOnlyList<FieldDescription> fields,
        bool typeIsRequired)
    {
        var properties = new JsonObject { [first.Name] = first.Schema };
        foreach (FieldDescription field in fields)
        {
            properties[field.Name] = field.Schema.DeepClone();
        }

        IEnumerable<string> required = fields.Where(field => field.IsRequired).Select(field => field.Name);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray(
                [.. (typeIsRequired ? required.Prepend(first.Name) : required).Select(name => JsonValue.Create(name))]),
            ["additionalProperties"] = false,
        };
        if (description.Length > 0)
        {
            schema.Insert(0, "description", description);
        }

        return schema;
    }
}
