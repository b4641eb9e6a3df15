// Finds the sound that a row of a list means: by its path from the list's folder, from the data set's folder, or by its
// name alone, with or without the extension, where only one sound is called so.

namespace NativeCnn.Model.Data;

/// <summary>The sounds of a folder by what lists call them.</summary>
internal sealed class SoundIndex
{
    private readonly Dictionary<string, string> byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> byName = new(StringComparer.Ordinal);

    /// <summary>Indexes sounds.</summary>
    /// <param name="sounds">Paths below the data set's folder.</param>
    public SoundIndex(IEnumerable<string> sounds)
    {
        Files = [.. sounds];
        foreach (string sound in Files)
        {
            string form = UnicodeForm.C(sound);
            byPath.TryAdd(form, sound);
            string name = form[(form.LastIndexOf('/') + 1)..];
            AddName(name, sound);
            AddName(Path.GetFileNameWithoutExtension(name), sound);
        }
    }

    /// <summary>The sounds.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>How many there are.</summary>
    public int Count => Files.Count;

    /// <summary>The sound that a list means, or null.</summary>
    /// <param name="list">The list, below the data set's folder.</param>
    /// <param name="given">What a row of it says.</param>
    public string? Find(string list, string given)
    {
        if (given.Length == 0)
        {
            return null;
        }

        string form = UnicodeForm.C(given.Replace('\\', '/'));
        form = form.StartsWith("./", StringComparison.Ordinal) ? form[2..] : form;
        string folder = UnicodeForm.C(list[..(list.LastIndexOf('/') + 1)]);
        return byPath.GetValueOrDefault(folder + form) ?? byPath.GetValueOrDefault(form)
            ?? byName.GetValueOrDefault(form[(form.LastIndexOf('/') + 1)..]);
    }

    // Two sounds of one name: the name alone means neither.
    private void AddName(string name, string sound) => byName[name] = byName.ContainsKey(name) ? null : sound;
}
