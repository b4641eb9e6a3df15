// What is known of a clip beside its path and label: one header that all clips of a list share, and the values of one.

using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace NativeCnn.Model.Data;

/// <summary>The columns of one clip, by name, case ignored.</summary>
internal sealed class ClipColumns : IReadOnlyDictionary<string, string>
{
    /// <summary>No columns.</summary>
    public static readonly ClipColumns None = new([], []);

    private readonly string[] names;
    private readonly string[] values;

    /// <summary>Takes both arrays as they are.</summary>
    /// <param name="names">The header; one array for all clips of a list.</param>
    /// <param name="values">As many.</param>
    public ClipColumns(string[] names, string[] values)
    {
        this.names = names;
        this.values = values;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Keys => names;

    /// <inheritdoc/>
    public IEnumerable<string> Values => values;

    /// <inheritdoc/>
    public int Count => names.Length;

    /// <inheritdoc/>
    public string this[string key] =>
        TryGetValue(key, out string? value) ? value : throw new KeyNotFoundException($"There is no column '{key}'.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        int index = IndexOf(key);
        value = index < 0 ? null : values[index];
        return index >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        names.Select((name, i) => KeyValuePair.Create(name, values[i])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string key) =>
        Array.FindIndex(names, name => name.Equals(key, StringComparison.OrdinalIgnoreCase));
}
