// A list as JSON Lines: an object a line, its fields the columns. Hugging Face's metadata.jsonl and NeMo's manifests
// are written so. What is no text or number in a field is no column.
using System.Text.Json;

namespace NativeCnn.Model.Data;

internal static class JsonLines
{
    // Fields that the lines leave out are empty: a few are no matter, a table of little else is no list.
    private const long FreeCells = 1_000_000;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Whether a file's name says JSON Lines.</summary>
    public static bool IsNamed(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".jsonl" or ".ndjson";

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="encoding">See <see cref="DataSetOptions.Encoding"/>.</param>
    /// <param name="most">Rows to read at most.</param>
    /// <exception cref="DataSetException">A line is no JSON object, or its bytes are not text.</exception>
    public static CsvTable Read(string file, string? encoding, int most)
    {
        List<string> header = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        HashSet<string> texts = new(StringComparer.Ordinal);
        List<CsvRow> rows = [];
        ReadOnlyMemory<byte> all = ListText.Read(file, encoding);
        long cells = 0;
        long line = 0;
        for (ReadOnlyMemory<byte> rest = all; rest.Length > 0 && rows.Count < most;)
        {
            ReadOnlyMemory<byte> text = NextLine(ref rest);
            line++;
            if (text.Span.IndexOfAnyExcept(" \t"u8) < 0)
            {
                continue;
            }

            string[] fields = FieldsOf(text, line);
            cells += fields.Length;
            ExpectDense(cells);
            rows.Add(new CsvRow(line, fields));
        }

        ExpectDense((long)rows.Count * header.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Fields.Count < header.Count)
            {
                string[] longer = new string[header.Count];
                rows[i].Fields.CopyTo(longer);
                longer.AsSpan(rows[i].Fields.Count).Fill("");
                rows[i] = rows[i] with { Fields = longer };
            }
        }

        return CsvTable.Of(file, [.. header], rows);

        string[] FieldsOf(ReadOnlyMemory<byte> text, long line)
        {
            try
            {
                using var document = JsonDocument.Parse(text, Options);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                {
                    throw new DataSetException($"'{file}', line {line}: not a JSON object; write one a line.");
                }

                foreach (JsonProperty field in document.RootElement.EnumerateObject())
                {
                    AddColumn(field);
                }

                string[] fields = new string[header.Count];
                Array.Fill(fields, "");
                foreach (JsonProperty field in document.RootElement.EnumerateObject())
                {
                    if (IsColumn(field))
                    {
                        fields[places[field.Name]] = Shared(field.Value.ToString(), line);
                    }
                }

                return fields;
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                // InvalidOperationException: a text that is no Unicode, such as half of a surrogate pair.
                throw new DataSetException($"'{file}', line {line}: not valid JSON; mend the line.", error);
            }
        }

        void AddColumn(JsonProperty field)
        {
            if (IsColumn(field) && places.TryAdd(field.Name, header.Count))
            {
                header.Add(field.Name);
                CsvTable.ExpectColumns(file, header.Count);
            }
        }

        // Labels and parts stand on many lines.
        string Shared(string text, long line)
        {
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                throw new DataSetException($"'{file}', line {line}: a text holds a zero character; mend the line.");
            }

            if (texts.TryGetValue(text, out string? known))
            {
                return known;
            }

            texts.Add(text);
            return text;
        }

        void ExpectDense(long cells)
        {
            if (cells > FreeCells + all.Length)
            {
                throw new DataSetException(
                    $"'{file}' has {header.Count} columns in {rows.Count} lines and most of them empty: write the same "
                    + "few fields on every line.");
            }
        }
    }

    private static bool IsColumn(JsonProperty field) =>
        field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number;

    // CR, LF and CR LF end a line.
    private static ReadOnlyMemory<byte> NextLine(ref ReadOnlyMemory<byte> rest)
    {
        int end = rest.Span.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlyMemory<byte> line = end < 0 ? rest : rest[..end];
        int next = end < 0 ? rest.Length : end + 1;
        rest = rest[(next < rest.Length && rest.Span[next - 1] == '\r' && rest.Span[next] == '\n' ? next + 1 : next)..];
        return line;
    }
}
