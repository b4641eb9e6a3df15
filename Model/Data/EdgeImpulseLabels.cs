// Edge Impulse exports a folder training/ and a folder testing/ of {label}.{hash}.wav, and info.labels, JSON that lists
// each file with its label: {"version":1,"files":[{"path":"training/a.wav","label":{"type":"label","label":"a"}}]}.
using System.Text.Json;

namespace NativeCnn.Model.Data;

internal sealed class EdgeImpulseLabels
{
    private const string FileName = "info.labels";

    private readonly Dictionary<string, string?> labels = new(StringComparer.Ordinal);

    /// <summary>Reads what a folder has of it; null for nothing.</summary>
    /// <exception cref="DataSetException">The file is damaged.</exception>
    public static EdgeImpulseLabels? TryRead(string root, FolderListing listing)
    {
        string[] files =
            [.. listing.Files.Where(file => Path.GetFileName(file).Equals(FileName, StringComparison.Ordinal))];
        if (files.Length == 0)
        {
            return null;
        }

        EdgeImpulseLabels all = new();
        foreach (string file in files)
        {
            try
            {
                all.Add(file[..^FileName.Length], JsonElement.Parse(ListText.Read(Path.Combine(root, file), encoding: null).Span));
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                throw new DataSetException(
                    $"'{Path.Combine(root, file)}' is no list of Edge Impulse (version, files): export it again, or "
                    + "take it away.", error);
            }
        }

        return all;
    }

    /// <summary>Whether a file is listed, and its label; null for one that has none.</summary>
    public bool TryGet(string file, out string? label) => labels.TryGetValue(file, out label);

    /// <summary>The label in a name of Edge Impulse: all before the first dot.</summary>
    public static string InName(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Whether a name has a label, a dot, and more before its extension.</summary>
    public static bool IsDotted(string name) =>
        Path.GetFileNameWithoutExtension(name).IndexOf('.', StringComparison.Ordinal) > 0;

    private void Add(string folder, JsonElement info)
    {
        foreach (JsonElement file in info.GetProperty("files").EnumerateArray())
        {
            string path = file.GetProperty("path").GetString() ?? "";
            string? label = file.TryGetProperty("label", out JsonElement said)
                ? said.ValueKind == JsonValueKind.String ? said.GetString()
                    : said.ValueKind == JsonValueKind.Object && said.TryGetProperty("label", out JsonElement name)
                        ? name.GetString()
                        : null
                : null;
            labels[UnicodeForm.C(folder + path)] = label;
        }
    }
}
