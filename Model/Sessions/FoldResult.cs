namespace NativeCnn.Model.Sessions;

/// <summary>One group left out.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Group">The group.</param>
/// <param name="Accuracy">
/// Accuracy on it after the last epoch: no choice was made by looking at the group.
/// </param>
/// <param name="BestAccuracy">Accuracy of the epoch that did best on it, which flatters.</param>
/// <param name="Clips">Its clips.</param>
/// <param name="Folder">The run folder.</param>
public sealed record FoldResult(string Group, double Accuracy, double BestAccuracy, int Clips, string Folder)
{
    /// <summary>The epoch that did best on it.</summary>
    public int BestEpoch { get; init; }
}
