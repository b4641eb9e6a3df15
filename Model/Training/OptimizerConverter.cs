using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>Optimisers in JSON: <c>{"type": "adamw", "weight_decay": 0.01, ...}</c>.</summary>
internal sealed class OptimizerConverter : JsonConverter<OptimizerOptions>
{
    private const string Where = "the optimiser";

    public override bool HandleNull => true;

    public override OptimizerOptions Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        JsonElement element = document.RootElement;
        if (element.ValueKind != JsonValueKind.Object ||
            !element.TryGetProperty(RecordReader.TypeField, out JsonElement type) ||
            type.ValueKind != JsonValueKind.String)
        {
            throw new JsonException(
                $"{Where} is {RecordReader.Shown(element)}, but it must be an object such as {{\"type\": \"adam\"}}; " +
                $"the types are {string.Join(", ", OptimizerTypes.Names)}");
        }

        try
        {
            string name = type.GetString()!;
            return (OptimizerOptions)RecordReader.Read(
                element, OptimizerTypes.Find(name), $"{Where} ({name})", typed: true);
        }
        catch (Exception error) when (error is NetworkSpecException or ArgumentException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, OptimizerOptions value, JsonSerializerOptions options)
    {
        string name = OptimizerTypes.NameOf(value.GetType());
        if (!OptimizerTypes.All.TryGetValue(name, out Type? known) || known != value.GetType())
        {
            throw new ArgumentException(
                $"the optimiser {value.GetType().Name} is not registered, so that its run could not be loaded again: " +
                $"call {nameof(OptimizerTypes)}.{nameof(OptimizerTypes.Register)}<{value.GetType().Name}>() before");
        }

        RecordReader.Write(writer, value, name, options);
    }
}
