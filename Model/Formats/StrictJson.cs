using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Formats;

/// <summary>
/// Run configurations and networks as JSON: snake_case names, unknown names refused, names that are absent keep their
/// defaults. That last is why it is no source-generated context: those set what is absent to zero.
/// </summary>
internal static class StrictJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var format = new JsonSerializerOptions(JsonSerializerOptions.Default)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowOutOfOrderMetadataProperties = true,
            WriteIndented = true,
        };
        format.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        format.MakeReadOnly();
        return format;
    }
}
