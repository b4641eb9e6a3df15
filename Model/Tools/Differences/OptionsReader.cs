using System.Text.Json;
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Differences;

/// <summary>
/// Reads a JSON object setting by setting and remembers which were asked for, so that one that nobody knows is refused
/// and not passed over.
/// </summary>
internal sealed class OptionsReader
{
    private readonly Dictionary<string, JsonElement> left = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public OptionsReader(JsonElement options)
    {
        if (options.ValueKind != JsonValueKind.Object)
        {
            throw new FeatureOptionsException($"options are {options.ValueKind}: give a JSON object");
        }

        foreach (JsonProperty one in options.EnumerateObject())
        {
            left[one.Name] = one.Value;
        }
    }

    /// <summary>Whether a setting is there, be it null.</summary>
    public bool Has(string name) => left.ContainsKey(name);

    /// <summary>The setting under the first of these names that is there; null if none is, or it is null.</summary>
    public JsonElement? Take(params ReadOnlySpan<string> names)
    {
        JsonElement? found = null;
        foreach (string name in names)
        {
            known.Add(name);
            if (left.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            {
                found ??= value;
            }
        }

        return found;
    }

    public double? Number(params ReadOnlySpan<string> names) => Take(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        { } other => throw Wrong(names[0], other, "a number"),
    };

    public int? Integer(params ReadOnlySpan<string> names) => Number(names) switch
    {
        null => null,
        { } value when value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue => (int)value,
        { } other => throw new FeatureOptionsException(
            $"the setting {names[0]} is {other:R}: a whole number is expected"),
    };

    public bool? Flag(params ReadOnlySpan<string> names) => Take(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(names[0], other, "true or false"),
    };

    public string? Text(params ReadOnlySpan<string> names) => Take(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } other => throw Wrong(names[0], other, "a text"),
    };

    /// <summary>Throws unless a setting is absent or does nothing.</summary>
    public void Only(string name, params ReadOnlySpan<string> harmless)
    {
        if (Take(name) is { } value && !harmless.Contains(value.GetRawText().Trim('"')))
        {
            throw Wrong(name, value, $"{string.Join(" or ", harmless.ToArray())}; nothing else can be computed here");
        }
    }

    /// <summary>Throws unless a setting is absent or a number that does nothing.</summary>
    public void Only(string name, params ReadOnlySpan<double> harmless)
    {
        if (Take(name) is { } value
            && !(value.ValueKind == JsonValueKind.Number && harmless.Contains(value.GetDouble())))
        {
            throw Wrong(name, value, $"{string.Join(" or ", harmless.ToArray())}; nothing else can be computed here");
        }
    }

    /// <summary>Throws if a setting is left that was never asked for.</summary>
    public void RefuseOthers()
    {
        string[] unknown = [.. left.Keys.Except(known).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new FeatureOptionsException(
                $"the reference has options that are not known here: {string.Join(", ", unknown)}");
        }
    }

    internal static FeatureOptionsException Wrong(string name, JsonElement came, string expected) =>
        new($"the setting {name} is {came.GetRawText()}: {expected} is expected");
}
