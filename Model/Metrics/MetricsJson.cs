// How reports become JSON: serializers made by the compiler, so that no reflection is needed at start-up; snake_case
// names.

using System.Text.Json.Serialization;

namespace NativeCnn.Model.Metrics;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClassificationReport))]
internal sealed partial class MetricsJson : JsonSerializerContext;
