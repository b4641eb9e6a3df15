// A page of docs/ that is true: a block of `sh` is one command, the block of `text` after it is what the command
// prints, a block of `csharp` stands in the file that the page linked to last. Tests run and compare all of them.
// NATIVECNN_UPDATE_DOCS=1 makes them write what the commands print into the page instead.
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NativeCnn.Tests.Support;

/// <summary>A page of docs/, by name.</summary>
internal sealed partial class DocumentPage
{
    /// <summary>Where this is 1, tests rewrite the outputs of a page.</summary>
    public const string Variable = "NATIVECNN_UPDATE_DOCS";

    /// <summary>What a block of output has after <c>text</c> whose numbers are those of one machine.</summary>
    private const string Varies = "varies";

    private readonly string name;

    private DocumentPage(string name, string text)
    {
        this.name = name;
        Lines = text.ReplaceLineEndings("\n").Split('\n');
    }

    /// <summary>The page, line by line.</summary>
    public string[] Lines { get; private set; }

    /// <summary>True where tests rewrite pages.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>True where tests run every command of a page, NATIVECNN_DOCS=all; else quick ones.</summary>
    public static bool RunsAll => Updates || Environment.GetEnvironmentVariable("NATIVECNN_DOCS") == "all";

    /// <summary>A page, from its file; where the sources are not here, as the project embeds it.</summary>
    public static DocumentPage Open(string name)
    {
        if (HasSources)
        {
            return new DocumentPage(name, File.ReadAllText(PathOf(name)));
        }

        using Stream page = typeof(DocumentPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(page);
        return new DocumentPage(name, reader.ReadToEnd());
    }

    /// <summary>The commands, in their order, with the name of the program and without comments.</summary>
    public string[] Commands => [.. Lines.Where(IsCommand).Select(Bare)];

    /// <summary>The words of a command after the name of the program.</summary>
    public static string[] WordsOf(string command) => command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1..];

    /// <summary>Compares what a command printed with the block below it, or writes it there.</summary>
    public void Expect(string command, IEnumerable<string> printed)
    {
        int fence = FenceOf(command);
        int end = Array.IndexOf(Lines, "```", fence + 1);
        Compare(
            fence + 1, end, [.. printed.Select(line => line.TrimEnd())],
            Lines[fence].EndsWith(Varies, StringComparison.Ordinal), command);
    }

    /// <summary>What the page says that a command prints.</summary>
    public string[] OutputOf(string command)
    {
        int fence = FenceOf(command);
        return Lines[(fence + 1)..Array.IndexOf(Lines, "```", fence + 1)];
    }

    /// <summary>Compares what stands between two comments of a name with lines, or writes them there.</summary>
    public void ExpectBetween(string mark, IEnumerable<string> lines)
    {
        int first = Array.IndexOf(Lines, $"<!-- {mark} -->");
        int end = Array.IndexOf(Lines, $"<!-- end of {mark} -->");
        Assert.True(first >= 0 && end > first, $"docs/{name} has no comments '{mark}' and 'end of {mark}'");
        Compare(first + 1, end, [.. lines], varies: false, mark);
    }

    /// <summary>
    /// Every block of C# stands, line by line, in the file that was linked to last; a line of three dots leaves some
    /// out.
    /// </summary>
    public void ExpectExcerpts()
    {
        string? file = null;
        for (int i = 0; i < Lines.Length; i++)
        {
            file = Source().Match(Lines[i]) is { Success: true } link ? link.Groups[1].Value : file;
            if (Lines[i] != "```csharp")
            {
                continue;
            }

            int end = Array.IndexOf(Lines, "```", i + 1);
            string[] source = [.. Bare(File.ReadLines(Path.Combine(Folder(), file!)))];
            int at = 0;
            foreach (string[] part in Parts([.. Bare(Lines[(i + 1)..end])]))
            {
                at = Enumerable.Range(at, Math.Max(0, source.Length - at - part.Length + 1))
                    .FirstOrDefault(place => source.AsSpan(place, part.Length).SequenceEqual(part), -1);
                Assert.True(at >= 0, $"docs/{name}: {file} does not have these lines:\n{string.Join('\n', part)}");
            }

            i = end;
        }

        static IEnumerable<string> Bare(IEnumerable<string> lines) =>
            lines.Select(line => line.Trim()).Where(line => line.Length > 0);
    }

    /// <summary>Every file that the page links to is there.</summary>
    public void ExpectLinks() => Assert.All(
        Lines.SelectMany(line => Link().Matches(line)),
        link => Assert.True(
            File.Exists(Path.Combine(Folder(), link.Groups[1].Value.Split('#')[0])), $"docs/{name}: {link.Value}"));

    /// <summary>True where the page lies beside the tests' sources.</summary>
    public static bool HasSources => Directory.Exists(Folder());

    private static IEnumerable<string[]> Parts(string[] lines)
    {
        int first = 0;
        for (int i = 0; i <= lines.Length; i++)
        {
            if (i == lines.Length || lines[i] == "...")
            {
                yield return lines[first..i];
                first = i + 1;
            }
        }
    }

    private int FenceOf(string command)
    {
        int at = Array.FindIndex(Lines, line => IsCommand(line) && Bare(line) == command);
        int fence = Array.FindIndex(Lines, at, line => line.StartsWith("```text", StringComparison.Ordinal));
        Assert.True(fence >= 0 && fence - at <= 3, $"docs/{name} has no block of text below '{command}'");
        return fence;
    }

    private void Compare(int first, int end, string[] lines, bool varies, string what)
    {
        string? difference = PageOutput.Difference(Lines[first..end], lines, varies);
        if (Updates)
        {
            if (difference is not null || lines.Count(IsEmpty) != Lines[first..end].Count(IsEmpty))
            {
                Lines = [.. Lines[..first], .. lines, .. Lines[end..]];
                File.WriteAllText(PathOf(name), string.Join('\n', Lines));
            }
        }
        else
        {
            Assert.True(
                difference is null, $"docs/{name}, {what}: {difference}; {Variable}=1 dotnet test renews the page");
        }
    }

    private static bool IsEmpty(string line) => line.Length == 0;

    private static bool IsCommand(string line) => line.StartsWith("nativecnn ", StringComparison.Ordinal);

    private static string Bare(string line) => line.Split(" #")[0].Trim();

    /// <summary>The file of a page, or of an example beside it.</summary>
    public static string PathOf(string name) => Path.Combine(Folder(), name);

    private static string Folder([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(file, "../../../docs"));

    [GeneratedRegex(@"\]\(([^)]+\.cs)\)")]
    private static partial Regex Source();

    [GeneratedRegex(@"\]\((?!https?:)([^)#][^)]*)\)")]
    private static partial Regex Link();
}
