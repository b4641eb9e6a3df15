namespace NativeCnn.Cli.Output;

/// <summary>
/// A line of <c>kernels list</c>; what a kernel takes is of the CUDA device asked for, else of sm_90.
/// </summary>
internal sealed record KernelRecord(
    string Name, string Operator, string? Ladder, int Rung, string Method, int? Registers, int? SharedBytes,
    int? LocalBytes, int? SpillBytes);
