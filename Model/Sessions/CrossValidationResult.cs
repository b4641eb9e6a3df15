namespace NativeCnn.Model.Sessions;

/// <summary>All groups left out in turn.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Folds">One result a group.</param>
public sealed record CrossValidationResult(IReadOnlyList<FoldResult> Folds)
{
    /// <summary>Mean accuracy of the folds, each weighing the same.</summary>
    public double MeanAccuracy => Folds.Average(fold => fold.Accuracy);

    /// <summary>Standard deviation of their accuracies, over all folds (divided by their number).</summary>
    public double StandardDeviation =>
        Math.Sqrt(Folds.Average(fold => (fold.Accuracy - MeanAccuracy) * (fold.Accuracy - MeanAccuracy)));
}
