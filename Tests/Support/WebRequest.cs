namespace NativeCnn.Tests.Support;

/// <summary>What a <see cref="LoopbackServer"/> was asked for.</summary>
internal sealed record WebRequest(string Path, string? Range, string? IfRange);
