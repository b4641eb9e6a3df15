// Which files count as sound. One list, so that a new decoder in Features needs one line here.

namespace NativeCnn.Model.Data;

/// <summary>The sound files that a data set may hold.</summary>
public static class SoundFiles
{
    /// <summary>The file name extensions, lower case, with their dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
    [
        ".wav", ".wave", ".bwf", ".rf64", ".w64", ".flac", ".mp3", ".mp2", ".mpga", ".ogg", ".oga", ".opus", ".m4a",
        ".m4b", ".aac", ".aif", ".aiff", ".aifc", ".caf", ".au", ".snd", ".sph", ".nist", ".wma", ".wv",
        ".ape", ".tta", ".amr", ".awb", ".ac3", ".spx", ".mka", ".weba",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Known =
        new HashSet<string>(Extensions, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a file is sound, by its extension, case ignored.</summary>
    /// <param name="path">A file name or path; it need not exist.</param>
    /// <returns>True for the extensions in <see cref="Extensions"/>.</returns>
    public static bool IsSound(string path) => Known.Contains(Path.GetExtension(path.AsSpan()));
}
