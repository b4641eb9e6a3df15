namespace NativeCnn.Generator;

/// <summary>A file that the generator writes.</summary>
/// <param name="Path">Its path below the repository, with slashes.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record GeneratedFile(string Path, string Text);
