// Audacity exports the labels of rec.wav as rec.txt: start, end and label of each, with tabs between them; a line that
// begins with \ holds the frequencies of the label above it. Files of that form beside their sound are lists of
// segments.
using System.Globalization;

namespace NativeCnn.Model.Data;

internal static class AudacityLabels
{
    private static readonly string[] Header = ["path", "start", "end", "label"];

    /// <summary>The lists below a folder, with the table of each.</summary>
    public static IEnumerable<(string List, CsvTable Table)> Of(string root, FolderListing listing)
    {
        Dictionary<string, string> texts = listing.Files
            .Where(file => Path.GetExtension(file).Equals(".txt", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(file => Path.ChangeExtension(file, null), StringComparer.Ordinal);
        foreach (string sound in texts.Count == 0 ? [] : listing.Files.Where(SoundFiles.IsSound))
        {
            if (texts.TryGetValue(Path.ChangeExtension(sound, null), out string? list)
                && TryRead(Path.Combine(root, list), sound) is { } table)
            {
                yield return (list, table);
            }
        }
    }

    // Null where any line is of another form: a transcript, a licence.
    private static CsvTable? TryRead(string file, string sound)
    {
        if (new FileInfo(file).Length > 1 << 24)
        {
            return null;
        }

        List<CsvRow> rows = [];
        long line = 0;
        string name = sound[(sound.LastIndexOf('/') + 1)..];
        foreach (string text in File.ReadLines(file))
        {
            line++;
            if (text.Length == 0 || text[0] == '\\')
            {
                continue;
            }

            string[] fields = text.Split('\t');
            string[] times = [.. fields.Take(2).Select(field => field.Replace(',', '.'))];
            if (fields.Length != 3 || fields[2].Length == 0 || !times.All(
                time => double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            {
                return null;
            }

            rows.Add(new CsvRow(line, [name, .. times, fields[2].Trim()]));
        }

        return rows.Count == 0 ? null : CsvTable.Of(file, Header, rows);
    }
}
