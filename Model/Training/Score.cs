namespace NativeCnn.Model.Training;

/// <summary>Mean loss and accuracy over the clips of a set.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Loss">Mean loss: cross-entropy in nats, unless another loss was given.</param>
/// <param name="Accuracy">
/// Share of clips whose most probable class is theirs; where clips may have several labels, whose labels are all right.
/// </param>
/// <param name="Clips">Number of clips.</param>
public readonly record struct Score(double Loss, double Accuracy, int Clips)
{
    /// <summary>The mean F1 over the classes that have clips; null where nobody asked for it.</summary>
    public double? MacroF1 { get; init; }

    /// <summary>The mean over labels of average precision; null where a clip has one label.</summary>
    public double? MeanAveragePrecision { get; init; }

    /// <summary>Whether it is better than another.</summary>
    /// <param name="other">The other.</param>
    /// <param name="by">
    /// What counts first; where that is the same the loss decides, and the accuracy where that is the loss.
    /// </param>
    public bool IsBetter(Score other, BestBy by) => (Of(by), other.Of(by)) switch
    {
        (var mine, var its) when mine != its => mine > its,
        _ => by == BestBy.Loss ? Accuracy > other.Accuracy : Loss < other.Loss,
    };

    /// <summary>What counts, higher for better.</summary>
    private double Of(BestBy by) => by switch
    {
        BestBy.Loss => -Loss,
        BestBy.F1 => MacroF1 ?? 0,
        BestBy.Map => MeanAveragePrecision ?? 0,
        _ => Accuracy,
    };
}
