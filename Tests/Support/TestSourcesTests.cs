using System.Runtime.CompilerServices;

namespace NativeCnn.Tests.Support;

/// <summary>Laws of the tests' own sources.</summary>
public sealed class TestSourcesTests
{
    /// <summary>
    /// A test that has nothing to test here says so by Skip, with the reason, and is counted; one that returns early
    /// is counted as passed. Eight blanks are a method's body, twelve a block within it.
    /// </summary>
    [SkippableFact]
    public void Test_ThatTestsNothing_DoesNotReturnInSilence()
    {
        string folder = Path.GetFullPath(Path.Combine(ThisFile(), "../.."));
        Skip.IfNot(Directory.Exists(folder), "the tests' sources are not here");

        Assert.Equal([], Directory.EnumerateFiles(folder, "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(path => File.ReadLines(path).Select((line, i) => (Place: $"{path}:{i + 1}", Line: line)))
            .Where(one => one.Line.StartsWith("            return;", StringComparison.Ordinal) ||
                one.Line.StartsWith("        return;", StringComparison.Ordinal))
            .Select(one => one.Place));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
