// Where generated files lie: Engine/**/Generated/*.g.cs, all of them and nothing else in these folders.
namespace NativeCnn.Generator;

/// <summary>Writes and compares generated files.</summary>
internal static class Repository
{
    /// <summary>The folder above <paramref name="folder"/> in which NativeCnn.sln lies.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Find(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "NativeCnn.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"no folder above {folder} holds NativeCnn.sln: run the generator inside the repository");
    }

    /// <summary>Writes the files that differ, and deletes generated files that are none of them.</summary>
    public static void Write(string repository, IReadOnlyCollection<GeneratedFile> files)
    {
        foreach (string stray in Strays(repository, files))
        {
            File.Delete(Path.Combine(repository, stray));
            Console.WriteLine($"deleted {stray}");
        }

        foreach (GeneratedFile file in files)
        {
            string path = Path.Combine(repository, file.Path);
            if (Read(path) != file.Text)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Text);
                Console.WriteLine($"wrote {file.Path}");
            }
        }
    }

    /// <summary>The first difference between the files and what is there, or null.</summary>
    public static string? Difference(string repository, IReadOnlyCollection<GeneratedFile> files)
    {
        foreach (GeneratedFile file in files)
        {
            if (Read(Path.Combine(repository, file.Path)) is not { } text)
            {
                return $"{file.Path} is missing. {Advice}";
            }

            if (text != file.Text)
            {
                return $"{FirstDifference(file, text)}\n{Advice}";
            }
        }

        string? stray = Strays(repository, files).FirstOrDefault();
        return stray is null ? null : $"{stray} is written by no generator. {Advice}";
    }

    private static string Advice =>
        "Change the generator, not its files, and run: dotnet run --project Engine/Generator";

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    private static string FirstDifference(GeneratedFile file, string text)
    {
        string[] written = file.Text.Split('\n');
        string[] there = text.Split('\n');
        int line = 0;
        while (line < written.Length && line < there.Length && written[line] == there[line])
        {
            line++;
        }

        return $"{file.Path}({line + 1}): differs from what the generator writes\n" +
            $"  there:   {Line(there)}\n  written: {Line(written)}";

        string Line(string[] lines) => line < lines.Length ? lines[line] : "(the file has ended)";
    }

    private static IEnumerable<string> Strays(string repository, IReadOnlyCollection<GeneratedFile> files)
    {
        var known = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return Directory
            .EnumerateFiles(Path.Combine(repository, "Engine"), "*.g.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(repository, path).Replace('\\', '/'))
            .Where(path => path.Contains("/Generated/", StringComparison.Ordinal) && !known.Contains(path))
            .Order(StringComparer.Ordinal);
    }
}
