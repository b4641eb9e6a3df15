namespace NativeCnn.Features.Augmentation;

/// <summary>The folder of recordings that an augmentation takes, before its numbers.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Get">Its option.</param>
/// <param name="Set">The options with another folder there.</param>
/// <param name="Usual">The folder where none is given; null where one must be.</param>
public sealed record AugmentationFolder(
    Func<AugmentationOptions, RecordingFolder?> Get,
    Func<AugmentationOptions, RecordingFolder, AugmentationOptions> Set, string? Usual);
