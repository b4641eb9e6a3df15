namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>train --folds</c>.</summary>
internal sealed record FoldsRecord(IReadOnlyList<FoldRecord> Folds, double MeanAccuracy, double StdAccuracy);
