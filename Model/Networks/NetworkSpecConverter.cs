using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Features.Json;

namespace NativeCnn.Model.Networks;

/// <summary>Networks in JSON: <c>{"name": "mine", "layers": [...]}</c>.</summary>
internal sealed class NetworkSpecConverter : JsonConverter<NetworkSpec>
{
    public override NetworkSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.Read<NetworkSpec>(ref reader, "the network", NetworkForms.All);

    public override void Write(Utf8JsonWriter writer, NetworkSpec value, JsonSerializerOptions options) =>
        JsonRecord.Write(writer, value, type: null, options);
}
