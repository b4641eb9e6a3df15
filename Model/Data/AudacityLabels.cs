// Audacity exports the labels of rec.wav as rec.txt: start, end and label of each, with tabs between them; a line that
// begins with \ holds the frequencies of the label above it. Files of that form beside their sound are lists of
// segments.
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

internal static class AudacityLabels
{
    private const long MostBytes = 1 << 24;

    private static readonly string[] Header = ["path", "start", "end", "label"];

    /// <summary>The lists below a folder, with the table of each.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="listing">What lies below it.</param>
    /// <param name="encoding">See <see cref="DataSetOptions.Encoding"/>.</param>
    /// <exception cref="DataSetException">A list is not text of that encoding.</exception>
    public static IEnumerable<(string List, CsvTable Table)> Of(
        string root, FolderListing listing, string? encoding = null)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (string file in listing.Files)
        {
            if (Path.GetExtension(file).Equals(".txt", StringComparison.OrdinalIgnoreCase))
            {
                texts.TryAdd(Path.ChangeExtension(file, null), file);
            }
        }

        foreach (string sound in texts.Count == 0 ? [] : listing.Files.Where(SoundFiles.IsSound))
        {
            if (texts.TryGetValue(Path.ChangeExtension(sound, null), out string? list)
                && TryRead(Path.Combine(root, list), sound, encoding) is { } table)
            {
                yield return (list, table);
            }
        }
    }

    // Null where any line is of another form: a transcript, a licence.
    private static CsvTable? TryRead(string file, string sound, string? encoding)
    {
        // What is of another form may be of any encoding.
        if (new FileInfo(file).Length > MostBytes || !HasForm(file))
        {
            return null;
        }

        List<CsvRow> rows = [];
        long line = 0;
        string name = sound[(sound.LastIndexOf('/') + 1)..];
        using StringReader reader = new(Encoding.UTF8.GetString(ListText.Read(file, encoding).Span));
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0 || text[0] == '\\')
            {
                continue;
            }

            if (FieldsOf(text) is not [var start, var end, var label])
            {
                return null;
            }

            rows.Add(new CsvRow(line, new[] { name, start, end, label }));
        }

        return rows.Count == 0 ? null : CsvTable.Of(file, Header, rows);
    }

    // As far as a few lines tell, whatever its encoding: UTF-16 has its mark.
    private static bool HasForm(string file)
    {
        using SafeFileHandle handle = RegularFile.Open(file);
        using FileStream stream = new(handle, FileAccess.Read);
        using StreamReader reader = new(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: true);
        char[] start = new char[4096];
        string text = new(start, 0, reader.ReadBlock(start));
        string? first = text.Split('\n').FirstOrDefault(line => line.Trim().Length > 0 && line[0] != '\\');
        return first is not null && FieldsOf(first.TrimEnd('\r')) is not null;
    }

    private static string[]? FieldsOf(string line)
    {
        string[] fields = line.Split('\t', 4);
        return fields is [var start, var end, { Length: > 0 } label] && IsTime(start) && IsTime(end)
            ? [start.Replace(',', '.'), end.Replace(',', '.'), label.Trim()]
            : null;
    }

    private static bool IsTime(string text) => double.TryParse(
        text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
