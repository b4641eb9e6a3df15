namespace NativeCnn.Model.Data;

/// <summary>A sound file of a folder: where it lies, and what is left of its path below the folders of parts.</summary>
/// <param name="File">The path below the data set's folder.</param>
/// <param name="Part">The part that a folder names, null for none.</param>
/// <param name="Rest">The path without the folders of parts, from which its label comes.</param>
internal readonly record struct SoundPlace(string File, SplitPart? Part, string Rest);
