namespace NativeCnn.Model.Data;

/// <summary>A clip that could not be used, and why: reported, not fatal.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Path">The file.</param>
/// <param name="Reason">One line.</param>
public sealed record SkippedClip(string Path, string Reason);
