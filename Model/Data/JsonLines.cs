// A list as JSON Lines: an object a line, its fields the columns. Hugging Face's metadata.jsonl and NeMo's manifests
// are written so. What is no text or number in a field is no column.
using System.Text;
using System.Text.Json;

namespace NativeCnn.Model.Data;

internal static class JsonLines
{
    /// <summary>Whether a file's name says JSON Lines.</summary>
    public static bool IsNamed(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".jsonl" or ".ndjson";

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataSetException">A line is no JSON object.</exception>
    public static CsvTable Read(string file, string? encoding, int most)
    {
        List<string> header = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<(long Line, Dictionary<int, string> Fields)> rows = [];
        using StreamReader reader = new(new MemoryStream(ListText.Read(file, encoding).ToArray()), Encoding.UTF8);
        for (long line = 1; rows.Count < most && reader.ReadLine() is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            Dictionary<int, string> fields = [];
            foreach (JsonProperty field in Parse(text, file, line).EnumerateObject())
            {
                if (field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                {
                    fields[PlaceOf(field.Name)] = string.Intern(field.Value.ToString());
                }
            }

            rows.Add((line, fields));
        }

        return CsvTable.Of(file, [.. header], rows.Select(row => new CsvRow(
            row.Line, [.. Enumerable.Range(0, header.Count).Select(i => row.Fields.GetValueOrDefault(i, ""))])));

        int PlaceOf(string name)
        {
            if (!places.TryGetValue(name, out int place))
            {
                places.Add(name, place = header.Count);
                header.Add(name);
            }

            return place;
        }
    }

    private static JsonElement Parse(string text, string file, long line)
    {
        try
        {
            JsonElement element = JsonElement.Parse(text);
            return element.ValueKind == JsonValueKind.Object
                ? element
                : throw new DataSetException($"'{file}', line {line}: not a JSON object; write one a line.");
        }
        catch (JsonException error)
        {
            throw new DataSetException($"'{file}', line {line}: not valid JSON; mend the line.", error);
        }
    }
}
