namespace NativeCnn.Tests.Support;

/// <summary>Tables of README.md, which are compared with the tables in code that they repeat.</summary>
internal static class ReadmeTable
{
    /// <summary>The rows of the table whose first column has this heading, as they stand there.</summary>
    public static string[] Rows(string heading)
    {
        using Stream stream = typeof(ReadmeTable).Assembly.GetManifestResourceStream("README.md")!;
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
        int head = Array.FindIndex(lines, line => line.StartsWith($"| {heading} |", StringComparison.Ordinal));
        Assert.True(head >= 0, $"README.md has no table that begins with '{heading}'");
        return [.. lines.Skip(head + 2).TakeWhile(line => line.StartsWith('|'))];
    }
}
