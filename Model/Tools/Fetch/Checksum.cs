namespace NativeCnn.Tools.Fetch;

/// <summary>A published checksum of an archive.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Algorithm"><c>SHA-256</c> or <c>MD5</c>.</param>
/// <param name="Hex">Lower-case hexadecimal.</param>
public sealed record Checksum(string Algorithm, string Hex);
