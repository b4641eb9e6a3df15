// Finds the reference cases: `Tests/Golden` beside the tests, or the folder that NATIVECNN_GOLDEN names.

namespace NativeCnn.Tests.Golden;

/// <summary>The folder of golden files.</summary>
public static class GoldenFolder
{
    // xunit 2.9 fails a theory without cases, so a family without files has this one, which Open answers with null.
    private const string NoCase = "(no such file here)";

    /// <summary>The folder's full path.</summary>
    public static string Location { get; } =
        Environment.GetEnvironmentVariable("NATIVECNN_GOLDEN") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>
    /// Names of the cases whose file name begins with a prefix such as `mfcc-librosa-`: data of a theory, whose first
    /// line is <c>if (GoldenFolder.Open(name) is not { } golden) { return; }</c>.
    /// </summary>
    public static TheoryData<string> Family(string prefix) => [.. Names(prefix)];

    /// <summary>The names alone; the stand-in where there are none.</summary>
    public static string[] Names(string prefix)
    {
        string[] names = Directory.Exists(Location)
            ? [.. Directory.EnumerateFiles(Location, prefix + "*.safetensors")
                .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
            : [];
        return names.Length > 0 ? names : [NoCase];
    }

    /// <summary>Reads a case; null for the stand-in of an empty family.</summary>
    public static GoldenFile? Open(string name) =>
        name == NoCase ? null : new GoldenFile(Path.Combine(Location, name + ".safetensors"));
}
