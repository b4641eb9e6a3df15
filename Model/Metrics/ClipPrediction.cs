namespace NativeCnn.Model.Metrics;

/// <summary>What a network says of one clip.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Truth">The clip's class, or the number of its set of labels, from 0.</param>
/// <param name="Predicted">
/// The most probable class, the first of several; where a clip may have several labels, the one that is most wrong.
/// </param>
/// <param name="Probability">Its probability.</param>
/// <param name="Loss">
/// The cross-entropy of the clip in nats: -ln of the probability of its own class, or the mean over its labels, given
/// or not.
/// </param>
public readonly record struct ClipPrediction(int Truth, int Predicted, float Probability, float Loss);
