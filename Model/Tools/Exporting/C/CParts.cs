// The functions of C that sources are put together from: files in Parts/. One that names $x in it is a template: $x and
// $X become the suffix and the type of an argument's numbers; $a, $b and $y likewise.
using System.Text;
using System.Text.RegularExpressions;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>The C in Parts/.</summary>
internal static partial class CParts
{
    /// <summary>What the functions of the parts are called, those of templates without their numbers.</summary>
    public static IEnumerable<string> Names => typeof(CParts).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("c/", StringComparison.Ordinal))
        .SelectMany(name => FunctionName().Matches(Of(name[2..^2])).Select(match => match.Groups[1].Value))
        .Concat(["network", "compute_features", "logits", "samples", "rows", "a", "b", "energies"])
        .Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^static [a-z0-9_$]+ \*?([a-z0-9_]+)\(", RegexOptions.Multiline)]
    private static partial Regex FunctionName();


    /// <summary>The text of a part.</summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="numbers">What stands for each letter of a template.</param>
    public static string Of(string name, params IReadOnlyList<(char Letter, CNumber Number)> numbers)
    {
        string resource = $"c/{name}.c";
        using Stream stream = typeof(CParts).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the program has no part {resource}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string text = reader.ReadToEnd().ReplaceLineEndings("\n");
        foreach ((char letter, CNumber number) in numbers)
        {
            text = text
                .Replace($"${char.ToUpperInvariant(letter)}", number.Type(), StringComparison.Ordinal)
                .Replace($"${letter}", number.Suffix(), StringComparison.Ordinal);
        }

        return text;
    }
}
