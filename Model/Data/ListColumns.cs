// Which column of a list says what, by the names that people give them: case, spaces, _, - and a unit in brackets do
// not count, so `Begin Time (s)` is `begin_time`. The tables below are all of it; the options name any other column.

namespace NativeCnn.Model.Data;

/// <summary>The places of a list's columns; -1 for one that it has not.</summary>
internal sealed record ListColumns
{
    // Of several, the first in this order.
    private static readonly string[] PathNames =
    [
        "path", "file", "filename", "filepath", "audio", "audiopath", "audiofile", "audiofilename", "audiofilepath",
        "wav", "wavpath", "wavfile", "wavfilename", "clip", "clippath", "clipname", "slicefilename", "fname", "sound",
        "soundfile", "soundpath", "soundfilename", "recording", "recordingpath", "relativepath", "relpath", "beginpath",
        "beginfile", "uri",
    ];

    private static readonly string[] LabelNames =
    [
        "label", "labels", "class", "classname", "classlabel", "labelname", "category", "target", "tag", "word",
        "command", "keyword", "digit", "emotion", "genre", "species", "primarylabel", "ebirdcode", "instrument",
        "eventlabel", "event", "soundclass", "annotation", "y",
    ];

    private static readonly string[] PartColumns = ["split", "set", "subset", "part", "partition", "datasplit"];

    private static readonly string[] StartNames =
    [
        "start", "starttime", "startsec", "startsecs", "startseconds", "starts", "begin", "begintime", "beginseconds",
        "onset", "onsettime", "tstart", "tmin", "xmin", "segmentstart", "startms", "beginms", "onsetms",
    ];

    private static readonly string[] EndNames =
    [
        "end", "endtime", "endsec", "endsecs", "endseconds", "ends", "stop", "stoptime", "finish", "offset",
        "offsettime", "tend", "tmax", "xmax", "segmentend", "endms", "stopms", "offsetms",
    ];

    private static readonly string[] DurationNames =
        ["duration", "dur", "length", "durationsec", "durationseconds", "durations", "durationms"];

    /// <summary>The clip's file.</summary>
    public int Path { get; private init; } = -1;

    /// <summary>Its class.</summary>
    public int Label { get; private init; } = -1;

    /// <summary>Its part of the split.</summary>
    public int Split { get; private init; } = -1;

    /// <summary>Its fold.</summary>
    public int Fold { get; private init; } = -1;

    /// <summary>Where its segment begins.</summary>
    public int Start { get; private init; } = -1;

    /// <summary>Where its segment ends.</summary>
    public int End { get; private init; } = -1;

    /// <summary>How long its segment is.</summary>
    public int Duration { get; private init; } = -1;

    /// <summary>What of the columns is not read though it looks as if it should be; null for nothing.</summary>
    public string? Note { get; private init; }

    /// <summary>Finds the columns of a list.</summary>
    /// <param name="table">The list; its first rows tell which of several columns names files.</param>
    /// <param name="options">Columns that the user names.</param>
    /// <exception cref="DataSetException">There is no column that the user names.</exception>
    public static ListColumns Of(CsvTable table, DataSetOptions options)
    {
        string[] keys = [.. table.Header.Select(KeyOf)];
        int path = options.PathColumn is { } named ? table.ColumnOf(named) : PathOf(keys, table);
        int label = options.LabelColumn is { } given ? table.ColumnOf(given) : First(keys, LabelNames, path);
        int split = Array.FindIndex(
            keys, key => PartColumns.Contains(key) && (key == "split" || HoldsParts(table, Array.IndexOf(keys, key))));
        ListColumns columns = new()
        {
            Path = path,
            Label = label,
            Split = split == label ? -1 : split,
            Fold = Array.IndexOf(keys, "fold"),
        };
        return columns.WithSegments(keys, table.Header);
    }

    /// <summary>How a column's name is compared.</summary>
    public static string KeyOf(string name)
    {
        int bracket = name.IndexOfAny(['(', '[']);
        string unit = bracket > 0 && name[bracket..].Contains("ms", StringComparison.OrdinalIgnoreCase) ? "ms" : "";
        string bare = bracket > 0 ? name[..bracket] : name;
        return string.Concat(bare.Where(char.IsLetterOrDigit)).ToLowerInvariant() + unit;
    }

    private ListColumns WithSegments(string[] keys, string[] header)
    {
        int start = First(keys, StartNames, Path, Label);
        int end = First(keys, EndNames, Path, Label, start);
        int duration = First(keys, DurationNames, Path, Label);
        if (start < 0 && end >= 0 && keys[end].StartsWith("offset", StringComparison.Ordinal))
        {
            // Without an onset, an offset is where the clip begins, as in NeMo's manifests.
            (start, end) = (duration >= 0 ? end : -1, -1);
        }

        // UrbanSound8K's files are cut already: its times say where they were taken from.
        if (Path >= 0 && keys[Path] == "slicefilename" && start >= 0)
        {
            return this with { Note = $"the columns '{header[start]}' and others like it are not read as segments" };
        }

        if (start >= 0)
        {
            return this with { Start = start, End = end, Duration = end < 0 ? duration : -1 };
        }

        int like = Array.FindIndex(keys, key => StartNames.Any(name => key.StartsWith(name, StringComparison.Ordinal)));
        string? odd = end >= 0 ? header[end] : like >= 0 && like != Path && like != Label ? header[like] : null;
        return odd is null ? this : this with
        {
            Note = $"the column '{odd}' is not read: segments need a start and an end in seconds (start_time,end_time)",
        };
    }

    private static int PathOf(string[] keys, CsvTable table)
    {
        int[] candidates = [.. PathNames.Select(name => Array.IndexOf(keys, name)).Where(place => place >= 0)];
        int sounding = Array.FindIndex(
            candidates, place => table.Rows.Take(20).Any(row => SoundFiles.IsSound(row.Fields[place])));
        return candidates.Length == 0 ? -1 : candidates[Math.Max(0, sounding)];
    }

    private static int First(string[] keys, string[] names, params int[] taken)
    {
        foreach (string name in names)
        {
            int place = Array.IndexOf(keys, name);
            if (place >= 0 && !taken.Contains(place))
            {
                return place;
            }
        }

        return -1;
    }

    private static bool HoldsParts(CsvTable table, int place) =>
        table.Rows.Count > 0 && table.Rows.TrueForAll(row => PartNames.Of(row.Fields[place]) is not null);
}
