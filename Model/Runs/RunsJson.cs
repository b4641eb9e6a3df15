// How a run's lines become JSON: serializers made by the compiler, so that no reflection is needed at start-up;
// snake_case names.

using System.Text.Json.Serialization;

namespace NativeCnn.Model.Runs;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EpochMetrics))]
internal sealed partial class RunsJson : JsonSerializerContext;
