// Numbers and names as C has them.
using System.Globalization;
using System.Text;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Literals, tables and identifiers of C.</summary>
internal static class CText
{
    private const int Columns = 112;

    private static readonly HashSet<string> Keywords =
    [
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern",
        "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
        "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while",
        "_Bool", "_Complex", "_Imaginary", "main", "memory",
    ];

    /// <summary>A float that is read back as the same bits.</summary>
    public static string Float(float value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.') || text.Contains('E') ? text + "f" : text + ".0f";
    }

    /// <summary>A string.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (byte one in Encoding.UTF8.GetBytes(text))
        {
            // In octal, which ends after three digits: a hexadecimal escape would take letters behind it too.
            bool isPlain = one is >= 0x20 and < 0x7F && one is not ((byte)'"' or (byte)'\\' or (byte)'?');
            quoted.Append(isPlain ? ((char)one).ToString() : "\\" + Convert.ToString(one, 8).PadLeft(3, '0'));
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A text as it may stand in a comment, on one line.</summary>
    public static string Comment(string text) => string.Concat(
        text.Select(one => char.IsControl(one) ? ' ' : one)).Replace("*/", "* /", StringComparison.Ordinal)
        .Replace("/*", "/ *", StringComparison.Ordinal).Replace("\\", "/", StringComparison.Ordinal);

    /// <summary>A name of letters, digits and underscores that is no keyword.</summary>
    public static string Identifier(string name)
    {
        string cleaned = string.Concat(name.Select(one => char.IsAsciiLetterOrDigit(one) ? one : '_'));
        cleaned = cleaned.Length == 0 || char.IsAsciiDigit(cleaned[0]) || cleaned[0] == '_' ? "v" + cleaned : cleaned;
        return Keywords.Contains(cleaned) ? cleaned + "_" : cleaned;
    }

    /// <summary>A constant table, over as many lines as it needs.</summary>
    /// <param name="declaration">Such as <c>float window[256]</c>.</param>
    /// <param name="values">The literals.</param>
    public static string Table(string declaration, IEnumerable<string> values)
    {
        var text = new StringBuilder($"static const {declaration} = {{\n");
        var line = new StringBuilder("   ");
        foreach (string value in values)
        {
            if (line.Length + value.Length + 2 > Columns)
            {
                text.Append(line).Append('\n');
                line.Clear().Append("   ");
            }

            line.Append(' ').Append(value).Append(',');
        }

        return text.Append(line).Append("\n};\n").ToString();
    }
}
