namespace NativeCnn.Cli.Output;

/// <summary>A line of PTX of <c>kernels profile --lines</c>.</summary>
internal sealed record ProfiledLineRecord(
    string Kernel, int Line, string Ptx, string Class, double Warps, double Threads, double? Requests, double? Taken,
    double? Ideal, double Divergent, string? File, int? SourceLine, string? Source);
