namespace NativeCnn.Cli.Output;

/// <summary>One row of features: a coefficient or a mel band over all frames.</summary>
internal sealed record RowRecord(int Row, double Min, double Mean, double Max);
