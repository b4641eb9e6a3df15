// What may stand in JSON for the types that networks have.
using System.Text.Json;
using NativeCnn.Features.Json;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

internal static class NetworkForms
{
    /// <summary>Where editors look for the schema of a file; a network does not keep it.</summary>
    public const string SchemaField = "$schema";

    private const string Network =
        """an object such as {"name": "mine", "layers": [{"type": "flatten"}, {"type": "dense"}]}""";

    /// <summary>The forms.</summary>
    public static JsonForms All { get; } = JsonForms.Basic
        .With(typeof(NetworkSpec), new JsonForm(Network, ReadNetwork))
        .With(typeof(Layer), new JsonForm("a layer", LayerTypes.Types.Read))
        .With(typeof(ValueList<Layer>), new JsonForm("a list of layers", ReadLayers)
        {
            Schema = """{"type": "array", "items": {"$ref": "#/$defs/layer"}}""",
        })
        .With(typeof(ValueList<string>), new JsonForm("a name, or a list of names", ReadNames)
        {
            Schema =
                """{"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}""",
        })
        .With(
            typeof(ConvPadding),
            JsonForm.Value(typeof(ConvPadding), ConvPadding.Forms, ConvPadding.Schema, "same", "causal"));

    private static NetworkSpec ReadNetwork(JsonPlace place)
    {
        OrderedDictionary<string, JsonPlace> fields = place.Fields(Network);
        if (fields.Remove(SchemaField, out JsonPlace schema))
        {
            schema.Read<string>();
        }

        return (NetworkSpec)JsonRecord.Read(place, typeof(NetworkSpec), fields);
    }

    private static ValueList<Layer>? ReadLayers(JsonPlace place) => place.Items() is { } layers
        ? new ValueList<Layer>([.. layers.Select(layer => layer.Read<Layer>())])
        : null;

    private static ValueList<string>? ReadNames(JsonPlace place) =>
        place.Element.ValueKind == JsonValueKind.String ? new ValueList<string>([place.Read<string>()])
        : place.Items() is { } names && names.All(name => name.Element.ValueKind == JsonValueKind.String)
            ? new ValueList<string>([.. names.Select(name => name.Read<string>())])
        : null;
}
