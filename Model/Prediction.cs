namespace NativeCnn.Model;

/// <summary>What a classifier says of one sound.</summary>
/// <param name="Ranked">All classes, most probable first.</param>
public sealed record Prediction(IReadOnlyList<LabelProbability> Ranked)
{
    /// <summary>The most probable class.</summary>
    public string Label => Ranked[0].Label;

    /// <summary>Its probability.</summary>
    public double Probability => Ranked[0].Probability;
}
