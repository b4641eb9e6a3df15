namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>features --json</c>.</summary>
internal sealed record FeaturesRecord(
    string File, int SampleRate, double Seconds, IReadOnlyList<int> Shape, string? Output,
    IReadOnlyList<RowRecord>? Rows, string? Remark);
