using NativeCnn.Features.Audio;

namespace NativeCnn.Model;

/// <summary>What a classifier says of one sound.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Ranked">All classes, most probable first.</param>
public sealed record Prediction(IReadOnlyList<LabelProbability> Ranked)
{
    /// <summary>The most probable class.</summary>
    public string Label => Ranked[0].Label;

    /// <summary>Its probability.</summary>
    public double Probability => Ranked[0].Probability;

    /// <summary>
    /// The classes that reach their thresholds, in the order of the classes, where a clip may have several; null where
    /// it has one.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The windows that it was heard in, in order; one where it is as long as the network's clips.</summary>
    public IReadOnlyList<WindowPrediction> Windows { get; init; } = [];

    /// <summary>The length of the sound in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>What is odd about its file, which was read all the same; null for nothing.</summary>
    public AudioRemark? Remark { get; init; }
}
