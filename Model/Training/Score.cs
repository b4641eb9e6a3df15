namespace NativeCnn.Model.Training;

/// <summary>Mean loss and accuracy over the clips of a set.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Loss">Mean loss: cross-entropy in nats, unless another loss was given.</param>
/// <param name="Accuracy">Share of clips whose most probable class is theirs.</param>
/// <param name="Clips">Number of clips.</param>
public readonly record struct Score(double Loss, double Accuracy, int Clips)
{
    /// <summary>Whether it is better than another.</summary>
    /// <param name="other">The other.</param>
    /// <param name="by">What counts first; the other of the two decides where that is the same.</param>
    public bool IsBetter(Score other, BestBy by) => by == BestBy.Loss
        ? Loss < other.Loss || (Loss == other.Loss && Accuracy > other.Accuracy)
        : Accuracy > other.Accuracy || (Accuracy == other.Accuracy && Loss < other.Loss);
}
