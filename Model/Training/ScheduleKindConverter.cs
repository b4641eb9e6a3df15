using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Features.Json;

namespace NativeCnn.Model.Training;

/// <summary>The form of a schedule in JSON: its name.</summary>
internal sealed class ScheduleKindConverter : JsonConverter<ScheduleKind>
{
    public override bool HandleNull => true;

    public override ScheduleKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.Read<ScheduleKind>(ref reader, "the schedule's kind", TrainingForms.All);

    public override void Write(Utf8JsonWriter writer, ScheduleKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name);
}
