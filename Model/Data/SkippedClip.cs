namespace NativeCnn.Model.Data;

/// <summary>A clip that could not be used, and why: reported, not fatal.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">One line.</param>
public sealed record SkippedClip(string Path, string Reason);
