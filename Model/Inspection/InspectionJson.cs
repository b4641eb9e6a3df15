// How recorded steps become JSON: serializers made by the compiler, snake_case names.

using System.Text.Json.Serialization;

namespace NativeCnn.Model.Inspection;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(StepInspection))]
internal sealed partial class InspectionJson : JsonSerializerContext;
