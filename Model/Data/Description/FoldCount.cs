namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a fold.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FoldCount(string Fold, int Clips);
