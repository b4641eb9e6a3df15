// Losses that are no number, in JSON.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Metrics;

/// <summary>JSON has no NaN and no infinity: both are written as null, and null is read as NaN.</summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class NullForNonFinite : JsonConverter<double>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
