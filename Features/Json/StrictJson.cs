using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Json;

/// <summary>
/// How run configurations, networks and feature options are written: snake_case names, indented.
/// <see cref="JsonText"/> reads them. It is no source-generated context: those set what is absent to zero, where the
/// defaults of a record should stay.
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
            AllowDuplicateProperties = false,
            AllowOutOfOrderMetadataProperties = true,
            WriteIndented = true,
        };
        format.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        format.MakeReadOnly();
        return format;
    }
}
