// One epoch of a training: a line of metrics.jsonl, and of `nativecnn train --json`.

using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Training;

/// <summary>What one epoch came to. Losses that are not finite are null in JSON.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">The mean training loss over the epoch's mini-batches.</param>
/// <param name="Accuracy">The share of training clips classified correctly during the epoch, in [0, 1].</param>
/// <param name="ValidationLoss">The mean loss over the validation clips after the epoch.</param>
/// <param name="ValidationAccuracy">
/// The share of validation clips classified correctly after the epoch, in [0, 1].
/// </param>
/// <param name="LearningRate">The learning rate at the end of the epoch.</param>
/// <param name="Seconds">
/// How long the epoch took, validation included; null in the line of an epoch whose process was killed before it wrote
/// the line.
/// </param>
public sealed record EpochMetrics(
    int Epoch,
    [property: JsonConverter(typeof(NullForNonFinite))] double Loss,
    [property: JsonConverter(typeof(NullForNonFinite))] double Accuracy,
    [property: JsonConverter(typeof(NullForNonFinite))] double ValidationLoss,
    [property: JsonConverter(typeof(NullForNonFinite))] double ValidationAccuracy,
    double LearningRate,
    double? Seconds)
{
    /// <summary>
    /// The macro F1 over the validation clips, where <see cref="BestBy.F1"/> asks for it or clips may have several
    /// labels; null else.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationF1 { get; init; }

    /// <summary>The mean average precision over the validation clips, where clips may have several labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidationMap { get; init; }

    /// <summary>The epoch as one line of JSON.</summary>
    /// <returns>JSON without line breaks.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, EpochJson.Default.EpochMetrics);

    /// <summary>Reads a line of <see cref="ToJson"/>.</summary>
    /// <param name="json">The line.</param>
    /// <returns>The epoch.</returns>
    /// <exception cref="JsonException">The line is not such JSON.</exception>
    public static EpochMetrics FromJson(string json) =>
        JsonSerializer.Deserialize(json, EpochJson.Default.EpochMetrics)
        ?? throw new JsonException("An epoch is a JSON object, not null.");
}
