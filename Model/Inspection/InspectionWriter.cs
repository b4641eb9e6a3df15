// A recorded step as JSON, written by hand: a serializer would take longer to start than all records of a short
// training. InspectionJson reads it.
using System.Text.Json;

namespace NativeCnn.Model.Inspection;

/// <summary>Writes recorded steps.</summary>
internal static class InspectionWriter
{
    /// <summary>One line of <c>inspect.jsonl</c> without its end.</summary>
    public static void Write(Stream stream, StepInspection step)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("epoch", step.Epoch);
        json.WriteNumber("step", step.Step);
        json.WriteNumber("learning_rate", step.LearningRate);
        json.WriteNumber("clips", step.Clips);
        json.WriteNumber("decided", step.Decided);
        json.WriteStartArray("stages");
        foreach (StageInspection stage in step.Stages)
        {
            Write(json, stage);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StageInspection stage)
    {
        json.WriteStartObject();
        json.WriteString("name", stage.Name);
        Write(json, "output", stage.Output);
        if (stage.Gradient is { } gradient)
        {
            Write(json, "gradient", gradient);
        }

        json.WriteNumber("units", stage.Units);
        WriteIfThere(json, "dead", stage.Dead);
        WriteIfThere(json, "saturated", stage.Saturated);
        json.WriteStartArray("parameters");
        foreach (ParameterInspection parameter in stage.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            Write(json, "shape", parameter.Shape);
            Write(json, "value", parameter.Value);
            Write(json, "gradient", parameter.Gradient);
            WriteIfThere(json, "update", parameter.Update);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, TensorSummary values)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", values.Count);
        json.WriteNumber("non_finite", values.NonFinite);
        json.WriteNumber("zeros", values.Zeros);
        json.WriteNumber("mean", values.Mean);
        json.WriteNumber("deviation", values.Deviation);
        json.WriteNumber("rms", values.Rms);
        json.WriteNumber("min", values.Min);
        json.WriteNumber("max", values.Max);
        Write(json, "histogram", values.Histogram);
        json.WriteNumber("every", values.Every);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < numbers.Count; i++)
        {
            json.WriteNumberValue(numbers[i]);
        }

        json.WriteEndArray();
    }

    private static void WriteIfThere(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } some)
        {
            json.WriteNumber(name, some);
        }
    }
}
