using System.Buffers;

namespace NativeCnn.Model.Formats;

/// <summary>A text as a field of a CSV line.</summary>
internal static class CsvField
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\";\r\n\t");

    /// <summary>
    /// The text, in quotes where a comma, a quote, a line break or a space at an end would be misread.
    /// </summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAny(Special) >= 0 || text.Trim().Length < text.Length
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
}
