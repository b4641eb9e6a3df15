namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>kernels cache</c>; no folder where none is kept, <c>Deleted</c> with <c>--clear</c>.</summary>
internal sealed record KernelCacheRecord(string? Folder, int Files, long Bytes, long Limit, int? Deleted);
