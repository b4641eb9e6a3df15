using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Features.Json;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>Layers in JSON: <c>{"type": "conv1d", "filters": 64, ...}</c>.</summary>
internal sealed class LayerConverter : JsonConverter<Layer>
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(Layer));

    public override Layer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.Read<Layer>(ref reader, "the layer", NetworkForms.All);

    public override void Write(Utf8JsonWriter writer, Layer value, JsonSerializerOptions options) =>
        JsonRecord.Write(writer, value, LayerTypes.NameOf(value.GetType()), options);
}
