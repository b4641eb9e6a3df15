namespace NativeCnn.Cli.Output;

/// <summary>One fold of <c>train --folds</c>.</summary>
internal sealed record FoldRecord(string Group, double Accuracy, double BestAccuracy, int Clips, string Run);
