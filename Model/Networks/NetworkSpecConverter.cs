using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Networks;

/// <summary>Networks in JSON: <c>{"name": "mine", "layers": [...]}</c>.</summary>
internal sealed class NetworkSpecConverter : JsonConverter<NetworkSpec>
{
    public override NetworkSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return RecordReader.ReadNetwork(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, NetworkSpec value, JsonSerializerOptions options) =>
        RecordReader.Write(writer, value, type: null, options);
}
