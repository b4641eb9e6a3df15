namespace NativeCnn.Model.Data;

/// <summary>One of several clips with the same content.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Path">The path below the data set's folder.</param>
/// <param name="Label">Its class.</param>
/// <param name="Side">The side of the split that it is on; null where there is no split.</param>
public sealed record DuplicateClip(string Path, string Label, SplitPart? Side);
