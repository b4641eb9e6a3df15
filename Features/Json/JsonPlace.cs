using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Features.Json;

/// <summary>A value of a JSON text, and where it stands.</summary>
/// <param name="Text">The text.</param>
/// <param name="Element">The value.</param>
/// <param name="Path">Its path: <c>layers[3].filters</c>; empty for the whole.</param>
internal readonly record struct JsonPlace(JsonText Text, JsonElement Element, string Path)
{
    private const int LongestShown = 40;

    /// <summary>What messages call it.</summary>
    public string Name => Path.Length == 0 ? Text.Root : Path;

    /// <summary>The value as it is written, on one line, cut where it is long.</summary>
    private string Shown
    {
        get
        {
            string text = string.Join(
                ' ', Element.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return text.Length <= LongestShown ? text : text[..(LongestShown - 3)] + "...";
        }
    }

    /// <summary>Reads the value as its type's form says.</summary>
    /// <exception cref="JsonTextException">It is of another form.</exception>
    public T Read<T>() => (T)Read(typeof(T));

    /// <inheritdoc cref="Read{T}"/>
    public object Read(Type type)
    {
        JsonForm form = Text.Forms.Of(type);
        return form.Read(this) ?? throw MustBe(form.Allowed, form.Names);
    }

    /// <summary>The fields of an object, in their order.</summary>
    /// <param name="allowed">What the value must be, for the message where it is none.</param>
    /// <exception cref="JsonTextException">It is no object, or has a field twice.</exception>
    public OrderedDictionary<string, JsonPlace> Fields(string allowed = "an object")
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            throw MustBe(allowed);
        }

        var fields = new OrderedDictionary<string, JsonPlace>(StringComparer.Ordinal);
        foreach (JsonProperty field in Element.EnumerateObject())
        {
            string name = NameOf(field);
            var place = new JsonPlace(Text, field.Value, Path.Length == 0 ? name : $"{Path}.{name}");
            if (!fields.TryAdd(name, place))
            {
                throw place.Error($"{Name} has the field '{name}' twice: leave one out");
            }
        }

        return fields;
    }

    /// <summary>The elements of a list, null where the value is none.</summary>
    public JsonPlace[]? Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        (JsonText text, string path) = (Text, Path);
        return [.. Element.EnumerateArray().Select((item, i) => new JsonPlace(text, item, $"{path}[{i}]"))];
    }

    /// <summary>An error here.</summary>
    /// <param name="message">Field, what is wrong, what to do.</param>
    /// <param name="cause">What found it; null for the reader itself.</param>
    public JsonTextException Error(string message, Exception? cause = null) =>
        Text.ErrorAt(Element, Path, message, cause);

    /// <summary>The error that the value is not one that may stand here.</summary>
    /// <param name="allowed">What may.</param>
    /// <param name="names">The names among that; the nearest is suggested.</param>
    public JsonTextException MustBe(string allowed, params IReadOnlyList<string> names)
    {
        string near = Element.ValueKind == JsonValueKind.String ? Suggestion.For(Shown.Trim('"'), names) : "";
        return Error($"{Name} must be {allowed}, not {Shown}{near}");
    }

    /// <summary>The name of a field, or as it is written where that is no Unicode.</summary>
    private static string NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(field));
        }
    }
}
