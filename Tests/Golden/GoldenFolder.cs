// Finds the reference cases: `Tests/Golden` beside the tests, or the folder that NATIVECNN_GOLDEN names.

namespace NativeCnn.Tests.Golden;

/// <summary>The folder of golden files.</summary>
public static class GoldenFolder
{
    // xunit 2.9 fails a theory without cases, so a family without files has this one, which Open skips.
    private const string NoCase = "(no such file here)";

    /// <summary>The folder's full path.</summary>
    public static string Location { get; } =
        Environment.GetEnvironmentVariable("NATIVECNN_GOLDEN") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>Whether these are the project's own files.</summary>
    public static bool IsOurs { get; } = Location == Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>
    /// Names of the cases whose file name begins with a prefix such as `mfcc-librosa-`: data of a
    /// <c>[SkippableTheory]</c>, whose first line is <c>GoldenFile golden = GoldenFolder.Open(name);</c>.
    /// </summary>
    public static TheoryData<string> Family(string prefix) => [.. Names(prefix)];

    /// <summary>The names alone, or those that a condition holds for; the stand-in where there are none.</summary>
    public static string[] Names(string prefix, Predicate<GoldenFile>? of = null)
    {
        string[] names = [.. Files(prefix).Where(name => of is null || of(Read(name)))];
        return names.Length > 0 ? names : [NoCase];
    }

    /// <summary>The names of the files that are there, in order.</summary>
    public static IReadOnlyList<string> Files(string prefix = "") =>
        Directory.Exists(Location)
            ? [.. Directory.EnumerateFiles(Location, prefix + "*.safetensors")
                .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Bytes of a case's file; 0 for the stand-in.</summary>
    public static long BytesOf(string name) => name == NoCase ? 0 : new FileInfo(PathOf(name)).Length;

    /// <summary>Reads a case. The stand-in of a family without files skips the test, which must be skippable.</summary>
    public static GoldenFile Open(string name)
    {
        Skip.If(name == NoCase, $"there is no golden file of this family in {Location}");
        return Read(name);
    }

    private static GoldenFile Read(string name) => new(PathOf(name));

    private static string PathOf(string name) => Path.Combine(Location, name + ".safetensors");
}
