namespace NativeCnn.Model.Metrics;

/// <summary>What a network says of one clip.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Truth">The clip's class, from 0.</param>
/// <param name="Predicted">The most probable class, the first of several.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Loss">The cross-entropy of the clip in nats: -ln of the probability of its own class.</param>
public readonly record struct ClipPrediction(int Truth, int Predicted, float Probability, float Loss)
{
    /// <summary>The probability of the clip's own class.</summary>
    public double ProbabilityOfTruth => Math.Exp(-Loss);

    /// <summary>Whether the most probable class is the clip's.</summary>
    public bool IsRight => Truth == Predicted;
}
