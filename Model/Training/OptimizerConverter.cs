using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Json;

namespace NativeCnn.Model.Training;

/// <summary>Optimisers in JSON: <c>{"type": "adamw", "weight_decay": 0.01, ...}</c>.</summary>
internal sealed class OptimizerConverter : JsonConverter<OptimizerOptions>
{
    public override bool HandleNull => true;

    public override OptimizerOptions Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonText.Read<OptimizerOptions>(ref reader, "the optimiser", TrainingForms.All);

    public override void Write(Utf8JsonWriter writer, OptimizerOptions value, JsonSerializerOptions options)
    {
        string name = OptimizerTypes.NameOf(value.GetType());
        if (!OptimizerTypes.All.TryGetValue(name, out Type? known) || known != value.GetType())
        {
            throw new ArgumentException(
                $"the optimiser {value.GetType().Name} is not registered, so that its run could not be loaded again: " +
                $"call {nameof(OptimizerTypes)}.{nameof(OptimizerTypes.Register)}<{value.GetType().Name}>() before");
        }

        JsonRecord.Write(writer, value, name, options);
    }
}
