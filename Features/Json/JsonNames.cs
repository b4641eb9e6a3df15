using System.Reflection;
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Json;

/// <summary>The names that an enumeration's values have in JSON.</summary>
internal static class JsonNames
{
    /// <summary>The names of all values, in the order of their declaration.</summary>
    public static IReadOnlyList<string> Of(Type enumeration) => [.. ValuesOf(enumeration).Select(NameOf)];

    /// <summary>The name of one value.</summary>
    public static string Of(Enum value) => NameOf(value.GetType().GetField(value.ToString())!);

    /// <summary>The value of a name, null where there is none: names are compared letter by letter.</summary>
    public static object? Find(Type enumeration, string name) =>
        ValuesOf(enumeration).FirstOrDefault(value => NameOf(value) == name)?.GetValue(null);

    private static FieldInfo[] ValuesOf(Type enumeration) =>
        enumeration.GetFields(BindingFlags.Public | BindingFlags.Static);

    private static string NameOf(FieldInfo value) =>
        value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.Name;
}
