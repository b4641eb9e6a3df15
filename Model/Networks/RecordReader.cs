// Reads layers and networks from JSON, and says in one line which layer, which field, what may stand there and what is
// nearest, where System.Text.Json would speak of members and discriminators.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

internal static class RecordReader
{
    internal const string TypeField = "type";

    /// <summary>Where editors look for the schema of a file; a network does not keep it.</summary>
    internal const string SchemaField = "$schema";

    public static JsonDocumentOptions Lenient { get; } = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The settable properties of a record: their names in JSON, base properties last.</summary>
    public static IReadOnlyList<(string Name, PropertyInfo Property)> FieldsOf(Type record) =>
    [
        .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .OrderBy(property => property.DeclaringType == record ? 0 : 1)
            .ThenBy(property => property.MetadataToken)
            .Select(property => (JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property)),
    ];

    // By its name: ScottPlot has a type of that name too.
    public static bool IsRequired(PropertyInfo property) => property.CustomAttributes.Any(
        one => one.AttributeType.FullName == "System.Runtime.CompilerServices.RequiredMemberAttribute");

    /// <summary>True where <c>null</c> may stand in a file.</summary>
    public static bool MayBeNull(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null ||
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    public static NetworkSpec ReadNetwork(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new NetworkSpecException(
                "a network is an object: {\"name\": \"mine\", \"layers\": [{\"type\": \"flatten\"}, " +
                $"{{\"type\": \"dense\"}}]}}, not {Shown(element)}");
        }

        return (NetworkSpec)Read(element, typeof(NetworkSpec), "the network", typed: false);
    }

    public static Layer ReadLayer(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new NetworkSpecException(
                $"{where} is {Shown(element)}, but a layer is an object such as {{\"type\": \"relu\"}}");
        }

        if (!element.TryGetProperty(TypeField, out JsonElement type))
        {
            throw new NetworkSpecException(
                $"{where} lacks its \"type\": one of {string.Join(", ", LayerTypes.Names)}");
        }

        if (type.ValueKind != JsonValueKind.String)
        {
            throw new NetworkSpecException(
                $"{where}: the field '{TypeField}' must be one of {string.Join(", ", LayerTypes.Names)}, " +
                $"not {Shown(type)}");
        }

        string name = type.GetString()!;
        return (Layer)Read(element, LayerTypes.Find(name, where), $"{where} ({name})", typed: true);
    }

    /// <summary>Writes a record as an object.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="record">The record.</param>
    /// <param name="type">The value of its field <c>type</c>; null for none.</param>
    /// <param name="format">How values are written.</param>
    public static void Write(Utf8JsonWriter writer, object record, string? type, JsonSerializerOptions format)
    {
        writer.WriteStartObject();
        if (type is not null)
        {
            writer.WriteString(TypeField, type);
        }

        foreach ((string name, PropertyInfo property) in FieldsOf(record.GetType()))
        {
            object? value = property.GetValue(record);
            if (value is null && property.DeclaringType == typeof(Layer))
            {
                continue; // "as" and "from" stand where they are given.
            }

            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, property.PropertyType, format);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads an object into a record.</summary>
    /// <param name="element">The object.</param>
    /// <param name="record">The record's type.</param>
    /// <param name="where">What messages call it.</param>
    /// <param name="typed">True where a field <c>type</c> names the record's type.</param>
    /// <exception cref="NetworkSpecException">The fields are not those of the record.</exception>
    internal static object Read(JsonElement element, Type record, string where, bool typed)
    {
        IReadOnlyList<(string Name, PropertyInfo Property)> fields = FieldsOf(record);
        object read = Activator.CreateInstance(record)!;
        HashSet<string> given = [];
        foreach (JsonProperty one in element.EnumerateObject())
        {
            if (!given.Add(one.Name))
            {
                throw new NetworkSpecException($"{where} has the field '{one.Name}' twice: leave one out");
            }

            if (typed && one.NameEquals(TypeField))
            {
                continue;
            }

            if (one.NameEquals(SchemaField) && record == typeof(NetworkSpec))
            {
                if (one.Value.ValueKind != JsonValueKind.String)
                {
                    throw new NetworkSpecException(
                        $"{where}: the field '{SchemaField}' must be a text, not {Shown(one.Value)}");
                }

                continue;
            }

            PropertyInfo? property = fields.FirstOrDefault(field => field.Name == one.Name).Property;
            if (property is null)
            {
                string[] names = [.. fields.Select(field => field.Name)];
                throw new NetworkSpecException(
                    $"{where} has no field '{one.Name}'{Suggestion.Before(one.Name, names)} its fields are " +
                    string.Join(", ", names));
            }

            property.SetValue(read, ReadValue(one.Value, property, where, one.Name));
        }

        string? missing =
            fields.FirstOrDefault(field => IsRequired(field.Property) && !given.Contains(field.Name)).Name;
        if (missing is not null)
        {
            string[] unset = [.. fields.Where(field => IsRequired(field.Property)).Select(field => field.Name)];
            throw new NetworkSpecException(
                $"{where} lacks the field '{missing}': it must give {string.Join(" and ", unset)}");
        }

        return read;
    }

    private static object? ReadValue(JsonElement value, PropertyInfo property, string where, string field)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (value.ValueKind == JsonValueKind.Null && MayBeNull(property))
        {
            return null;
        }

        if (type.IsEnum)
        {
            return (value.ValueKind == JsonValueKind.String ? JsonNames.Find(type, value.GetString()!) : null)
                ?? throw Wrong();
        }

        if (type == typeof(ValueList<Layer>))
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                throw Wrong();
            }

            string list = where == "the network" ? "" : $"{where}, {field}, ";
            return new ValueList<Layer>(
                [.. value.EnumerateArray().Select((layer, i) => ReadLayer(layer, $"{list}layer {i + 1}"))]);
        }

        if (type == typeof(ValueList<string>))
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => new ValueList<string>([value.GetString()!]),
                JsonValueKind.Array when value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
                    new ValueList<string>([.. value.EnumerateArray().Select(one => one.GetString()!)]),
                _ => throw Wrong(),
            };
        }

        try
        {
            object? read = value.Deserialize(type, StrictJson.Options);
            return read is null or float.PositiveInfinity or float.NegativeInfinity ? throw Wrong() : read;
        }
        catch (JsonException)
        {
            throw Wrong();
        }

        NetworkSpecException Wrong()
        {
            string near = type.IsEnum && value.ValueKind == JsonValueKind.String
                ? Suggestion.For(value.GetString()!, JsonNames.Of(type))
                : "";
            string allowed = type == typeof(int) && IsWhole(value)
                ? $"a whole number from {int.MinValue} to {int.MaxValue}"
                : JsonNames.Allowed(type);
            return new NetworkSpecException(
                $"{where}: the field '{field}' must be {allowed}, not {Shown(value)}{near}");
        }
    }

    private static bool IsWhole(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.GetRawText().All(one => char.IsAsciiDigit(one) || one == '-');

    internal static string Shown(JsonElement element)
    {
        string text = string.Join(
            ' ', element.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 40 ? text : text[..37] + "...";
    }
}
