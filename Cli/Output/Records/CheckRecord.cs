namespace NativeCnn.Cli.Output;

/// <summary>One operator against a plain computation in double precision.</summary>
internal sealed record CheckRecord(string Operator, double LargestError, double Allowed, bool Passed);
