namespace NativeCnn.Cli.Output;

/// <summary>Requests; sectors of 32 bytes of global memory, or turns of shared memory; and the fewest.</summary>
internal sealed record RequestsRecord(double Requests, double Taken, double Ideal);
