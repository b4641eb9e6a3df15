using System.Text;
using System.Text.Json;

namespace NativeCnn.Model.Inspection;

/// <summary>A recorded training step: a line of <c>inspect.jsonl</c>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">The step since the beginning of the training, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Clips">Clips of the mini-batch.</param>
/// <param name="Decided">
/// The share of clips whose largest probability was above 0.99, in [0, 1]: their gradient is nearly 0 where they are
/// right.
/// </param>
/// <param name="Stages">The layers, in the order of computation.</param>
public sealed record StepInspection(
    int Epoch, int Step, float LearningRate, int Clips, float Decided, IReadOnlyList<StageInspection> Stages)
{
    /// <summary>The step as one line of JSON.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        InspectionWriter.Write(stream, this);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads a line of <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The line is not such JSON.</exception>
    public static StepInspection FromJson(string json) =>
        JsonSerializer.Deserialize(json, InspectionJson.Default.StepInspection)
        ?? throw new JsonException("a recorded step is a JSON object, not null");
}
