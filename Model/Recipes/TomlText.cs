// TOML to JSON and back, by Tomlyn: a recipe is read by the same strict reader as networks and run configurations, with
// the lines of the TOML text in its messages. TOML has no null: the text "none" stands for it.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NativeCnn.Features.Json;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Serialization;
using Tomlyn.Syntax;

namespace NativeCnn.Model.Recipes;

/// <summary>A TOML text, brought to JSON.</summary>
internal sealed class TomlText
{
    private readonly TomlMetadataStore places = new();
    private readonly Dictionary<string, int> lines = [];

    private TomlText(string text)
    {
        TomlTable table = TomlSerializer.Deserialize<TomlTable>(
            text, new TomlSerializerOptions { MetadataStore = places })!;
        Json = Object(table, "").ToJsonString();
    }

    /// <summary>The same as JSON.</summary>
    public string Json { get; }

    /// <summary>Reads a text.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="toml">The text.</param>
    /// <param name="root">What messages call what it holds: <c>the recipe</c>.</param>
    /// <param name="forms">How types are read.</param>
    /// <param name="file">What messages call the file.</param>
    /// <exception cref="JsonTextException">It is not what it should be; the message says which line.</exception>
    public static T Read<T>(string toml, string root, JsonForms forms, string file)
    {
        // The syntax first: the reader of tables takes the last of two keys of one name.
        if (SyntaxParser.Parse(toml).Diagnostics.FirstOrDefault(
            one => one.Kind == DiagnosticMessageKind.Error) is { } wrong)
        {
            throw new JsonTextException(
                $"{file}, line {wrong.Span.Start.Line + 1} is no TOML: {wrong.Message.TrimEnd('.')}", null);
        }

        var text = new TomlText(toml);
        return JsonText.ReadBrought<T>(text.Json, root, forms, file, text.LineOf);
    }

    /// <summary>Writes an object: its plain values first, then a table for each object, lists of objects a line
    /// each.</summary>
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        Table(text, "", root);
        return text.ToString();
    }

    private int? LineOf(string path)
    {
        for (string at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
        {
            if (lines.TryGetValue(at, out int line))
            {
                return line;
            }
        }

        return null;
    }

    private JsonObject Object(TomlTable table, string path)
    {
        places.TryGetProperties(table, out TomlPropertiesMetadata? properties);
        var json = new JsonObject();
        foreach ((string name, object value) in table)
        {
            string at = path.Length == 0 ? name : $"{path}.{name}";
            if (properties is not null && properties.TryGetProperty(name, out TomlPropertyMetadata? property))
            {
                lines[at] = property.Span.Start.Line + 1;
            }

            json.Add(name, Value(value, at));
        }

        return json;
    }

    private JsonNode? Value(object value, string path) => value switch
    {
        TomlTable table => Object(table, path),
        IEnumerable<object> list => new JsonArray([.. list.Select((item, i) => Value(item, $"{path}[{i}]"))]),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        long whole => JsonValue.Create(whole),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };

    private static void Table(StringBuilder text, string path, JsonObject table)
    {
        foreach ((string name, JsonNode? value) in table.Where(one => one.Value is not JsonObject))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = ");
            if (value is JsonArray list && list.Any(item => item is JsonObject))
            {
                text.Append("[\n");
                foreach (JsonNode? item in list)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  {Inline(item)},\n");
                }

                text.Append("]\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{Inline(value)}\n");
            }
        }

        foreach ((string name, JsonNode? value) in table)
        {
            if (value is JsonObject inner)
            {
                string own = path.Length == 0 ? name : $"{path}.{name}";
                text.Append(CultureInfo.InvariantCulture, $"\n[{own}]\n");
                Table(text, own, inner);
            }
        }
    }

    /// <summary>A value on one line, as Tomlyn writes it.</summary>
    private static string Inline(JsonNode? value)
    {
        var table = new TomlTable { ["x"] = Toml(value) };
        return TomlSerializer.Serialize(table, new TomlSerializerOptions
        {
            InlineTablePolicy = TomlInlineTablePolicy.Always,
            TableArrayStyle = TomlTableArrayStyle.InlineArrayOfTables,
        }).Trim()["x = ".Length..];
    }

    private static object Toml(JsonNode? value)
    {
        switch (value)
        {
            case null:
                return JsonText.None;
            case JsonObject inner:
                var table = new TomlTable();
                foreach ((string name, JsonNode? one) in inner)
                {
                    table[name] = Toml(one);
                }

                return table;
            case JsonArray list:
                var array = new TomlArray();
                foreach (JsonNode? item in list)
                {
                    array.Add(Toml(item));
                }

                return array;
            default:
                JsonValue plain = value.AsValue();
                return plain.TryGetValue(out bool truth) ? truth
                    : plain.TryGetValue(out long whole) ? whole
                    : plain.TryGetValue(out double number) ? number
                    : plain.GetValue<string>();
        }
    }
}
