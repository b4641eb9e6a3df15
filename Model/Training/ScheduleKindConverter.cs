using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Training;

/// <summary>The form of a schedule in JSON: its name.</summary>
internal sealed class ScheduleKindConverter : JsonConverter<ScheduleKind>
{
    public override bool HandleNull => true;

    public override ScheduleKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException(
                $"a schedule's kind is one of {string.Join(", ", ScheduleKind.All.Select(kind => kind.Name))}");
        }

        try
        {
            return ScheduleKind.Find(reader.GetString()!);
        }
        catch (ArgumentException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, ScheduleKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name);
}
