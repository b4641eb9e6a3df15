namespace NativeCnn.Tools.Exporting;

/// <summary>What a format wrote.</summary>
/// <param name="Lines">A line for each file, and for what had to be left out.</param>
/// <param name="Files">
/// The files that a program computes with, by their names in the folder: a proof knows them again.
/// </param>
public sealed record ExportedFiles(IReadOnlyList<string> Lines, IReadOnlyList<string> Files)
{
    /// <summary>
    /// The logits that the files give where they are not those of the run, as in whole numbers: of the normalised
    /// features that the network is given of a clip, [C, T]. Null where they are the run's.
    /// </summary>
    internal Func<float[], float[]>? Logits { get; init; }
}
