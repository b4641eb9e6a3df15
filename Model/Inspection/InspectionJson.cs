// How lines of inspect.jsonl are read: serializers made by the compiler, snake_case names.

using System.Text.Json.Serialization;

namespace NativeCnn.Model.Inspection;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StepInspection))]
internal sealed partial class InspectionJson : JsonSerializerContext;
