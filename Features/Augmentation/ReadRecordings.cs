namespace NativeCnn.Features.Augmentation;

/// <summary>What was read of a folder's recordings.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Samples">Each recording at the run's rate, in the order of the files.</param>
/// <param name="Skipped">A sentence on each file that could not be read or is silent.</param>
/// <param name="Left">Files for which there was no room.</param>
public sealed record ReadRecordings(
    IReadOnlyList<float[]> Samples, IReadOnlyList<string> Skipped, int Left);
