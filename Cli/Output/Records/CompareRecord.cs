namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>bench compare</c>.</summary>
internal sealed record CompareRecord(
    string Benchmark, double FirstMicroseconds, double SecondMicroseconds, double Ratio, double PValue, string Verdict);
