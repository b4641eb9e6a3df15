using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Zeros around a convolution's input: a number for both ends, <c>same</c> (the output is as long as the input;
/// PyTorch's split, the odd one after the end) or <c>causal</c> (all before the first step, so that no output sees a
/// later input).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[JsonConverter(typeof(ConvPaddingConverter))]
public readonly record struct ConvPadding
{
    internal const string Forms = "a whole number, \"same\" or \"causal\"";
    internal const string Schema =
        """{"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["same", "causal"]}]}""";

    private readonly Kind kind;
    private readonly int steps;

    private ConvPadding(Kind kind, int steps) => (this.kind, this.steps) = (kind, steps);

    private enum Kind
    {
        Number,
        Same,
        Causal,
    }

    /// <summary>The output is as long as the input; for a stride of 1.</summary>
    public static ConvPadding Same => new(Kind.Same, 0);

    /// <summary>All zeros before the first step.</summary>
    public static ConvPadding Causal => new(Kind.Causal, 0);

    /// <summary>As many zeros before as after.</summary>
    public static implicit operator ConvPadding(int steps) => FromInt32(steps);

    /// <summary>As many zeros before as after.</summary>
    public static ConvPadding FromInt32(int steps) => new(Kind.Number, steps);

    /// <summary>The zeros before the first and after the last step.</summary>
    /// <param name="taps">Taps R.</param>
    /// <param name="dilation">Time steps between two taps.</param>
    /// <param name="stride">Time steps between two outputs.</param>
    /// <exception cref="ArgumentException"><c>same</c> with a stride above 1.</exception>
    public (int Before, int After) Around(int taps, int dilation, int stride)
    {
        // Where this is more than a clip can have, the convolution's own check says so.
        int all = (int)Math.Clamp((long)dilation * (taps - 1), int.MinValue, int.MaxValue);
        return kind switch
        {
            Kind.Same when stride != 1 => throw new ArgumentException(
                $"padding \"same\" keeps the length, which a stride of {stride} does not: give the padding as a " +
                "number"),
            Kind.Same => (all / 2, all - (all / 2)),
            Kind.Causal => (all, 0),
            _ => (steps, steps),
        };
    }

    /// <summary><c>1</c>, <c>same</c> or <c>causal</c>.</summary>
    public override string ToString() => kind switch
    {
        Kind.Same => "same",
        Kind.Causal => "causal",
        _ => steps.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private sealed class ConvPaddingConverter : JsonConverter<ConvPadding>
    {
        public override ConvPadding Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Number when reader.TryGetInt32(out int number) => number,
                JsonTokenType.String when reader.ValueTextEquals("same") => Same,
                JsonTokenType.String when reader.ValueTextEquals("causal") => Causal,
                _ => throw new JsonException(),
            };

        public override void Write(Utf8JsonWriter writer, ConvPadding value, JsonSerializerOptions options)
        {
            if (value.kind == Kind.Number)
            {
                writer.WriteNumberValue(value.steps);
            }
            else
            {
                writer.WriteStringValue(value.ToString());
            }
        }
    }
}
