namespace NativeCnn.Cli.Output;

/// <summary>
/// A line of <c>kernels profile</c>: a launch, or all launches of a call or of a step together. What is together has no
/// group, occupancy or bound.
/// </summary>
internal sealed record KernelProfileRecord(
    string Profile, string Shape, string? Rung, string Gpu, string? Kernel, int Launches, long? Groups,
    long? CountedGroups, int? GroupSize, IReadOnlyDictionary<string, double> Instructions, double ThreadInstructions,
    double Issued, double FmaShare, double ActiveLanes, double Branches, double DivergentBranches,
    RequestsRecord? GlobalLoads, RequestsRecord? GlobalStores, RequestsRecord? SharedLoads,
    RequestsRecord? SharedStores, double ReadBytes, double WrittenBytes, double Operations, double? FormulaBytes,
    double? FormulaOperations, int? Registers, string? RegistersFrom, int? SharedBytes, double? Occupancy,
    string? OccupancyLimit, double EstimatedMicroseconds, string? Bound, IReadOnlyDictionary<string, double>? Bounds,
    double? MeasuredMicroseconds);
