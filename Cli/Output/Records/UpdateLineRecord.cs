namespace NativeCnn.Cli.Output;

/// <summary>One line of an optimiser's formula.</summary>
internal sealed record UpdateLineRecord(string Name, string Formula, double Value);
