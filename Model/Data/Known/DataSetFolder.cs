// A folder that may be a published data set, as the readers of this folder see it.

namespace NativeCnn.Model.Data.Known;

/// <summary>A folder and the files below it.</summary>
/// <param name="root">The folder that was given.</param>
/// <param name="inner">The folder below it that is looked at, "" for itself: archives wrap all in one.</param>
/// <param name="files">Files below <paramref name="root"/>, with <c>/</c> between their parts.</param>
internal sealed class DataSetFolder(string root, string inner, IEnumerable<string> files)
{
    private readonly string prefix = inner.Length == 0 ? "" : inner + "/";
    private HashSet<string>? known;
    private string[] names = [];

    /// <summary>The files below the inner folder, relative to it.</summary>
    public IReadOnlyList<string> Files { get; } =
    [
        .. files
            .Where(file => inner.Length == 0 || file.StartsWith(inner + "/", StringComparison.Ordinal))
            .Select(file => inner.Length == 0 ? file : file[(inner.Length + 1)..]),
    ];

    /// <summary>The sound files among them.</summary>
    public IEnumerable<string> Sounds => Files.Where(SoundFiles.IsSound);

    /// <summary>Whether there is such a file, relative to the inner folder.</summary>
    public bool Has(string file) => (known ??= new HashSet<string>(Files, StringComparer.Ordinal)).Contains(file);

    /// <summary>Where to open a file.</summary>
    public string PathOf(string file) => Path.Combine(root, prefix + file);

    /// <summary>A clip, by its path relative to the inner folder.</summary>
    public FoundClip Clip(string file, string label, SplitPart? split, params (string Name, string Value)[] columns) =>
        new(PathOf(file), prefix + file, label)
        {
            Split = split,
            Columns = new ClipColumns(NamesOf(columns), Array.ConvertAll(columns, column => column.Value)),
        };

    /// <summary>A line on clips that a list names and that are not here, or none.</summary>
    public IReadOnlyList<string> NoteMissing(string list, IReadOnlyCollection<string> listed)
    {
        string[] missing = [.. listed.Where(file => !Has(file))];
        return missing.Length == 0
            ? []
            : [$"{missing.Length} of {listed.Count} clips of {list} are not there, '{missing[0]}' is one"];
    }

    // One array of names for all clips that have the same.
    private string[] NamesOf((string Name, string Value)[] columns)
    {
        bool same = names.Length == columns.Length && names.Zip(columns).All(pair => pair.First == pair.Second.Name);
        return names = same ? names : Array.ConvertAll(columns, column => column.Name);
    }
}
