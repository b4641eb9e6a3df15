namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a fold.</summary>
public sealed record FoldCount(string Fold, int Clips);
