// Records in JSON. A record's settable properties are the fields of an object, in snake_case; those that are absent
// keep their defaults, those that are required must be there, and there are no others.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Features.Json;

/// <summary>Reads objects into records and writes records as objects.</summary>
internal static class JsonRecord
{
    /// <summary>The field that names an object's type where there are several.</summary>
    public const string TypeField = "type";

    /// <summary>The settable properties of a record: their names in JSON, base properties last.</summary>
    public static IReadOnlyList<(string Name, PropertyInfo Property)> FieldsOf(Type record) =>
    [
        .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is not
            {
                Condition: JsonIgnoreCondition.Always,
            })
            .OrderBy(property => property.DeclaringType == record ? 0 : 1)
            .ThenBy(property => property.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0)
            .ThenBy(property => property.MetadataToken)
            .Select(property => (FieldOf(property.Name), property)),
    ];

    // By its name: ScottPlot has a type of that name too.
    public static bool IsRequired(PropertyInfo property) => property.CustomAttributes.Any(
        one => one.AttributeType.FullName == "System.Runtime.CompilerServices.RequiredMemberAttribute");

    /// <summary>True where <c>null</c> may stand in a file.</summary>
    public static bool MayBeNull(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null ||
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    /// <summary>Reads fields into a record, which then checks itself where it is <see cref="IValidated"/>.</summary>
    /// <param name="place">The object.</param>
    /// <param name="record">The record's type; it has a constructor without parameters.</param>
    /// <param name="given">The fields.</param>
    /// <param name="type">What the object's field <c>type</c> says; null where it has none.</param>
    /// <exception cref="JsonTextException">The fields are not those of the record.</exception>
    public static object Read(
        JsonPlace place, Type record, OrderedDictionary<string, JsonPlace> given, string? type = null)
    {
        string name = type is null ? place.Name : $"{place.Name} ({type})";
        IReadOnlyList<(string Name, PropertyInfo Property)> fields = FieldsOf(record);
        object read = Activator.CreateInstance(record)!;
        foreach ((string field, JsonPlace value) in given)
        {
            PropertyInfo property = fields.FirstOrDefault(one => one.Name == field).Property ??
                throw NoField(name, field, value, [.. fields.Select(one => one.Name)]);
            Type wanted = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            bool isNull = value.Text.IsNull(value.Element) && MayBeNull(property);
            property.SetValue(read, isNull ? null : value.Read(wanted));
        }

        string[] required = [.. fields.Where(one => IsRequired(one.Property)).Select(one => one.Name)];
        if (required.FirstOrDefault(field => !given.ContainsKey(field)) is { } missing)
        {
            throw place.Error($"{name} lacks the field '{missing}': it must give {string.Join(" and ", required)}");
        }

        Validate(read, place, given);
        return read;
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
            if (value is null && property.DeclaringType != record.GetType())
            {
                continue; // What all types have, such as "as" and "from" of layers, stands where it is given.
            }

            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, property.PropertyType, format);
        }

        writer.WriteEndObject();
    }

    private static string FieldOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    private static JsonTextException NoField(string name, string field, JsonPlace value, string[] fields) =>
        value.Error(
            $"{name} has no field '{field}'{Suggestion.Before(field, fields)} its fields are " +
            string.Join(", ", fields));

    private static void Validate(object read, JsonPlace place, OrderedDictionary<string, JsonPlace> given)
    {
        try
        {
            (read as IValidated)?.Validate();
        }
        catch (ArgumentException error)
        {
            bool isGiven = given.TryGetValue(FieldOf(error.ParamName ?? ""), out JsonPlace field);
            JsonPlace at = isGiven ? field : place;
            throw at.Error($"{at.Name}: {error.WithoutParameter()}", error);
        }
    }
}
