// What may stand in JSON for each type: numbers, texts, names of enumerations, lists, records. A folder above adds the
// types of its own; anything else is as System.Text.Json reads it.
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NativeCnn.Features.Json;

/// <summary>The form of each type.</summary>
internal sealed class JsonForms
{
    private readonly ImmutableDictionary<Type, JsonForm> forms;

    private JsonForms(ImmutableDictionary<Type, JsonForm> forms) => this.forms = forms;

    /// <summary>Numbers, texts, enumerations, lists and records.</summary>
    public static JsonForms Basic { get; } = new JsonForms(ImmutableDictionary<Type, JsonForm>.Empty)
        .With(typeof(int), Whole(typeof(int), int.MinValue, int.MaxValue))
        .With(typeof(long), Whole(typeof(long), long.MinValue, long.MaxValue))
        .With(typeof(float), JsonForm.Value(typeof(float), "a number", """{"type": "number"}"""))
        .With(typeof(double), JsonForm.Value(typeof(double), "a number", """{"type": "number"}"""))
        .With(typeof(bool), JsonForm.Value(typeof(bool), "true or false", """{"type": "boolean"}"""))
        .With(typeof(string), JsonForm.Value(typeof(string), "a text", """{"type": "string"}"""))
        .With(typeof(IReadOnlyList<string>), new JsonForm(
            "a list of texts", place => place.Items()?.Select(item => item.Read<string>()).ToArray()));

    /// <summary>These and one more, which is taken before these.</summary>
    public JsonForms With(Type type, JsonForm form) => new(forms.SetItem(type, form));

    /// <summary>The form of a type.</summary>
    public JsonForm Of(Type type) =>
        forms.TryGetValue(type, out JsonForm? form) ? form
        : type.IsEnum ? JsonForm.Enumeration(type)
        : IsRecord(type) ? new JsonForm("an object", place => JsonRecord.Read(place, type, place.Fields()))
        : JsonForm.Value(type, $"a {type.Name}");

    private static JsonForm Whole(Type type, long least, long most)
    {
        JsonForm plain = JsonForm.Value(type, "a whole number", """{"type": "integer"}""");
        return plain with
        {
            Read = place => plain.Read(place) ??
                throw place.MustBe(IsWhole(place) ? $"a whole number from {least} to {most}" : plain.Allowed),
        };
    }

    private static bool IsWhole(JsonPlace place) =>
        place.Element.ValueKind == JsonValueKind.Number &&
        place.Element.GetRawText().All(one => char.IsAsciiDigit(one) || one == '-');

    /// <summary>True for what is made without arguments and has no converter of its own.</summary>
    private static bool IsRecord(Type type) =>
        StrictJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object &&
        type.GetConstructor(Type.EmptyTypes) is not null;
}
