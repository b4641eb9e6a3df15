// A folder of recordings that an augmentation takes: where it lies, and what was in it, for a run that is resumed.
namespace NativeCnn.Features.Augmentation;

/// <summary>A folder of sound files, with all that is nested in it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record RecordingFolder
{
    /// <summary>The folder of recordings of no class that a data set may have, as Speech Commands does.</summary>
    public const string OfDataSet = "_background_noise_";

    /// <summary>Its path; <see cref="OfDataSet"/> for the one of the data set.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// A hash of its sound files' names and bytes, in hex; null where nobody has looked yet. A resumed run refuses
    /// another one.
    /// </summary>
    public string? Fingerprint { get; init; }
}
