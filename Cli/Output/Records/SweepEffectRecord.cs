namespace NativeCnn.Cli.Output;

/// <summary>
/// A setting of <c>sweep report --json</c>: the share of the variance that goes with it, and means by value.
/// </summary>
internal sealed record SweepEffectRecord(string Setting, double Share, IReadOnlyDictionary<string, double> Means);
