// JSON that people write (networks, feature files, config.json), read so that an error names file, line, field, what
// came, what may stand there and the nearest name:
//   JsonText     the text, with its lines
//   JsonPlace    a value in it, with its path: layers[3].filters
//   JsonForms    what may stand for a type of .NET, and how it is read
//   JsonRecord   how an object becomes a record, and a record an object
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace NativeCnn.Features.Json;

/// <summary>A JSON text that is being read.</summary>
internal sealed class JsonText
{
    private readonly byte[] bytes;
    private readonly string before;

    private readonly Func<string, int?>? lineOf;

    private JsonText(byte[] bytes, string root, JsonForms forms, string? file, Func<string, int?>? lineOf = null)
    {
        this.bytes = bytes;
        this.lineOf = lineOf;
        before = file is null ? "" : $"{file}, ";
        Root = root;
        Forms = forms;
    }

    /// <summary>How null is written where there is none.</summary>
    public const string None = "none";

    /// <summary>Networks may have comments and a comma after the last element.</summary>
    public static JsonDocumentOptions WithComments { get; } = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>What messages call the whole: <c>the network</c>.</summary>
    public string Root { get; }

    /// <summary>How types are read.</summary>
    public JsonForms Forms { get; }

    /// <summary>Reads a text.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="json">The text.</param>
    /// <param name="root">What messages call what it holds: <c>the network</c>.</param>
    /// <param name="forms">How types are read.</param>
    /// <param name="file">What messages call the file: <c>the network file 'x.json'</c>; null for none.</param>
    /// <param name="syntax">What else than plain JSON is taken.</param>
    /// <exception cref="JsonTextException">It is not what it should be.</exception>
    public static T Read<T>(
        string json, string root, JsonForms forms, string? file = null, JsonDocumentOptions syntax = default)
    {
        var text = new JsonText(Encoding.UTF8.GetBytes(json), root, forms, file);
        using JsonDocument document = text.Parse(syntax);
        return new JsonPlace(text, document.RootElement, "").Read<T>();
    }

    /// <summary>
    /// Reads what another format said, brought to JSON: errors give the lines of the other text, and the text
    /// <see cref="None"/> stands for null, which TOML does not have.
    /// </summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="json">The text, brought to JSON.</param>
    /// <param name="root">What messages call what it holds.</param>
    /// <param name="forms">How types are read.</param>
    /// <param name="file">What messages call the file; null for none.</param>
    /// <param name="lineOf">The line of a value by its path, from 1; null where it is not known.</param>
    /// <exception cref="JsonTextException">It is not what it should be.</exception>
    public static T ReadBrought<T>(
        string json, string root, JsonForms forms, string? file, Func<string, int?> lineOf)
    {
        var text = new JsonText(Encoding.UTF8.GetBytes(json), root, forms, file, lineOf);
        using JsonDocument document = text.Parse(default);
        return new JsonPlace(text, document.RootElement, "").Read<T>();
    }

    /// <summary>Reads a value for a converter of System.Text.Json. Lines count from where the value begins.</summary>
    /// <exception cref="JsonTextException">It is not what it should be.</exception>
    public static T Read<T>(ref Utf8JsonReader reader, string root, JsonForms forms)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return Read<T>(document.RootElement.GetRawText(), root, forms);
    }

    /// <summary>Whether a value stands for null.</summary>
    public bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null ||
        (lineOf is not null && value.ValueKind == JsonValueKind.String && value.ValueEquals(None));

    /// <summary>An error at a value.</summary>
    public JsonTextException ErrorAt(JsonElement value, string path, string message, Exception? cause = null)
    {
        if (lineOf is not null)
        {
            return new JsonTextException(
                before + (lineOf(path) is { } line ? $"line {line}: " : "") + message, cause);
        }

        // The document reads these bytes, so that a value is a stretch of them.
        bytes.AsSpan().Overlaps(JsonMarshal.GetRawUtf8Value(value), out int offset);
        return new JsonTextException($"{before}line {1 + bytes.AsSpan(0, offset).Count((byte)'\n')}: {message}", cause);
    }

    private JsonDocument Parse(JsonDocumentOptions syntax)
    {
        try
        {
            return JsonDocument.Parse(bytes, syntax);
        }
        catch (JsonException error)
        {
            throw new JsonTextException(
                $"{before}line {error.LineNumber + 1}, character {CharacterOf(error)} is no JSON: look for a missing " +
                "comma, quote or bracket there",
                error);
        }
    }

    /// <summary>Where a line is no JSON, in characters from 1: the parser counts bytes of UTF-8.</summary>
    private int CharacterOf(JsonException error)
    {
        ReadOnlySpan<byte> line = bytes;
        for (long left = error.LineNumber ?? 0; left > 0; left--)
        {
            line = line[(line.IndexOf((byte)'\n') + 1)..];
        }

        return 1 + Encoding.UTF8.GetCharCount(line[..(int)Math.Min(line.Length, error.BytePositionInLine ?? 0)]);
    }
}
