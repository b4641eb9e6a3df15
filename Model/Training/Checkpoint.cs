// The state of training between two epochs, as checkpoint/checkpoint.safetensors.
using System.Globalization;
using System.Text.Json;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Training;

/// <summary>All that an exact resume needs, besides the configuration and the data.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="BestEpoch">The epoch with the best validation.</param>
/// <param name="BestScore">Its validation.</param>
/// <param name="Values">All parameters, flat.</param>
/// <param name="BestValues">All parameters of the best epoch, flat.</param>
/// <param name="State">What the network keeps beside its parameters, flat: running statistics.</param>
/// <param name="BestState">The same of the best epoch.</param>
/// <param name="OptimizerState">The optimiser's buffers by name, flat.</param>
public sealed record Checkpoint(
    int Epoch, int Step, int BestEpoch, Score BestScore, float[] Values, float[] BestValues,
    float[] State, float[] BestState, IReadOnlyDictionary<string, float[]> OptimizerState)
{
    private const string StatePrefix = "optimizer.";
    private const string OptimizerField = "optimizer";
    private const string MetricsField = "metrics";
    private const string PlateauField = "plateau";

    /// <summary>The optimiser's name; null where it has none, and in checkpoints of earlier versions.</summary>
    public string? Optimizer { get; init; }

    /// <summary>How the validation loss went on; none in checkpoints of earlier versions.</summary>
    internal LossPlateau Plateau { get; init; } = LossPlateau.None;

    /// <summary>
    /// What the last epoch came to: a process that is killed before the line is in the log loses nothing but its
    /// seconds (null here), for a checkpoint has the same bytes whenever the same training is done. Null in checkpoints of earlier
    /// versions.
    /// </summary>
    public EpochMetrics? Metrics { get; init; }

    /// <summary>Writes the checkpoint, whole or not at all.</summary>
    public void Save(string path)
    {
        var tensors = new Dictionary<string, SafeTensor>
        {
            ["values"] = SafeTensor.From<float>(Values, Values.Length),
            ["best_values"] = SafeTensor.From<float>(BestValues, BestValues.Length),
            ["best_score"] = ScoreTensor(),
        };
        if (State.Length > 0)
        {
            tensors.Add("state", SafeTensor.From<float>(State, State.Length));
            tensors.Add("best_state", SafeTensor.From<float>(BestState, BestState.Length));
        }

        foreach ((string name, float[] state) in OptimizerState)
        {
            tensors.Add(StatePrefix + name, SafeTensor.From<float>(state, state.Length));
        }

        var metadata = new Dictionary<string, string>
        {
            ["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture),
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["best_epoch"] = BestEpoch.ToString(CultureInfo.InvariantCulture),
            ["best_clips"] = BestScore.Clips.ToString(CultureInfo.InvariantCulture),
        };
        if (Optimizer is not null)
        {
            metadata.Add(OptimizerField, Optimizer);
        }

        if (Plateau != LossPlateau.None)
        {
            metadata.Add(PlateauField, Plateau.ToString());
        }

        if (Metrics is not null)
        {
            metadata.Add(MetricsField, Metrics.ToJson());
        }

        SafeTensors.Write(path, tensors, metadata);
    }

    /// <summary>Loss and accuracy; F1 and average precision too, NaN for none, where one was asked for.</summary>
    private SafeTensor ScoreTensor() => BestScore is { MacroF1: null, MeanAveragePrecision: null }
        ? SafeTensor.From<double>([BestScore.Loss, BestScore.Accuracy], 2)
        : SafeTensor.From<double>(
            [
                BestScore.Loss, BestScore.Accuracy, BestScore.MacroF1 ?? double.NaN,
                BestScore.MeanAveragePrecision ?? double.NaN,
            ],
            4);

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="SafeTensorsException">The file is damaged or is no checkpoint.</exception>
    public static Checkpoint Load(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        ReadOnlySpan<double> score = file["best_score"].AsFloat64();
        if (score.Length is not (2 or 4))
        {
            throw new SafeTensorsException(
                $"'{path}' is no checkpoint: its 'best_score' has {score.Length} numbers, not loss and accuracy, or " +
                "these with F1 and average precision");
        }

        var best = new Score(score[0], score[1], Number("best_clips"))
        {
            MacroF1 = score.Length > 2 && !double.IsNaN(score[2]) ? score[2] : null,
            MeanAveragePrecision = score.Length > 2 && !double.IsNaN(score[3]) ? score[3] : null,
        };
        return new Checkpoint(
            Number("epoch"), Number("step"), Number("best_epoch"), best,
            file["values"].AsFloat32().ToArray(), file["best_values"].AsFloat32().ToArray(),
            Optional("state"), Optional("best_state"),
            file.Tensors
                .Where(one => one.Key.StartsWith(StatePrefix, StringComparison.Ordinal))
                .ToDictionary(one => one.Key[StatePrefix.Length..], one => one.Value.AsFloat32().ToArray()))
        {
            Optimizer = file.Metadata.GetValueOrDefault(OptimizerField),
            Plateau = PlateauOf(file.Metadata.GetValueOrDefault(PlateauField)),
            Metrics = MetricsOf(file.Metadata.GetValueOrDefault(MetricsField)),
        };

        EpochMetrics? MetricsOf(string? line)
        {
            try
            {
                return line is null ? null : EpochMetrics.FromJson(line);
            }
            catch (JsonException error)
            {
                throw new SafeTensorsException($"'{path}' is damaged: its 'metrics' are no epoch's", error);
            }
        }

        LossPlateau PlateauOf(string? text) => text is null ? LossPlateau.None : LossPlateau.Parse(text)
            ?? throw new SafeTensorsException($"'{path}' is damaged: its 'plateau' is none");

        float[] Optional(string name) =>
            file.Tensors.TryGetValue(name, out SafeTensor? tensor) ? tensor.AsFloat32().ToArray() : [];

        int Number(string name) =>
            file.Metadata.TryGetValue(name, out string? text) &&
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                ? value
                : throw new SafeTensorsException($"'{path}' is no checkpoint: it lacks '{name}'");
    }
}
