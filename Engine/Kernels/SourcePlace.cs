namespace NativeCnn.Engine.Kernels;

/// <summary>A line of C#.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">The line itself; empty where the file is not at hand.</param>
public sealed record SourcePlace(string File, int Line, string Text);
