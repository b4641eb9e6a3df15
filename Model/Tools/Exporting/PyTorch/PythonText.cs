// Numbers, texts and names as Python writes them.
using System.Globalization;
using System.Text;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>Values as Python source text.</summary>
internal static class PythonText
{
    private static readonly HashSet<string> Keywords =
    [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];

    /// <summary>A number that Python reads as the same double.</summary>
    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    /// <summary>A number that Python rounds to the same float.</summary>
    public static string Of(float value) => value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    /// <summary>True or False.</summary>
    public static string Of(bool value) => value ? "True" : "False";

    /// <summary>A text in double quotes.</summary>
    public static string Of(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char one in text)
        {
            quoted.Append(one switch
            {
                '"' or '\\' => $"\\{one}",
                < ' ' or '\x7f' => $"\\x{(int)one:x2}",
                // Half of a surrogate pair, and what ends a line elsewhere.
                '\u0085' or '\u2028' or '\u2029' => $"\\u{(int)one:x4}",
                _ => one.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A text without what would end a comment or a docstring.</summary>
    public static string Plain(string text) => Of(text)[1..^1].Replace("\\\"", "'").Replace("\\\\", "/");

    /// <summary>A name for a variable or an attribute: letters, digits, underscores, no word of Python.</summary>
    public static string Identifier(string name)
    {
        string plain = string.Concat(name.Select(one => char.IsAsciiLetterOrDigit(one) ? one : '_'));
        plain = plain.Length == 0 || char.IsAsciiDigit(plain[0]) ? $"_{plain}" : plain;
        return Keywords.Contains(plain) ? $"{plain}_" : plain;
    }

    /// <summary>Items between commas, broken into lines of up to 120 columns behind an indentation.</summary>
    public static IEnumerable<string> Wrapped(IEnumerable<string> items, string indent)
    {
        string line = indent;
        foreach (string item in items)
        {
            if (line.Length > indent.Length && line.Length + item.Length + 2 > 120)
            {
                yield return line.TrimEnd();
                line = indent;
            }

            line += $"{item}, ";
        }

        yield return line.TrimEnd();
    }
}
