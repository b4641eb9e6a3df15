// How an epoch's figures become JSON: serializers made by the compiler, so that no reflection is needed at start-up;
// snake_case names.

using System.Text.Json.Serialization;

namespace NativeCnn.Model.Training;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EpochMetrics))]
internal sealed partial class EpochJson : JsonSerializerContext;
