// split.csv: which clips a run trained on, validated on and kept out, and what their bytes were. A resumed run takes
// the split from here, never anew, and says what became of the data meanwhile:
//   path,label,side,start,end,content
// `path` is below the data set's folder, `start` and `end` are seconds where the clip is a segment, `content` is the
// XxHash128 of the file (and of the segment) in hex; empty where there is no file or it could not be read.
using System.Globalization;
using System.Text;
using NativeCnn.Model.Data;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Runs;

/// <summary>The split of a run, with the content of each clip.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class SplitRecord
{
    private const string Header = "path,label,side,start,end,content";

    private readonly List<Row> rows;
    private HashSet<(string, double, double)>? keys;

    private SplitRecord(List<Row> rows) => this.rows = rows;

    /// <summary>What the contents tell: the same clip twice, a line each kind.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>The clips whose content is the same, see <see cref="DuplicateClips.GroupsOf"/>.</summary>
    public IReadOnlyList<DuplicateGroup> Duplicates { get; private init; } = [];

    /// <summary>Records a split; clips are hashed on all processors where their hashes are not known yet.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="split">Its split.</param>
    /// <param name="reader">Knows the clips' content.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    public static SplitRecord Of(
        DataSet data, Split split, IClipReader reader, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(reader);
        (int Index, SplitPart Side)[] clips =
        [
            .. split.Train.Select(i => (i, SplitPart.Train)),
            .. split.Validation.Select(i => (i, SplitPart.Validation)),
            .. split.Test.Select(i => (i, SplitPart.Test)),
        ];
        UInt128?[] contents = ContentsOf([.. clips.Select(clip => data.Entries[clip.Index])], reader, cancellation);
        List<Row> rows = [.. clips.Select((clip, i) => Row.Of(data.Entries[clip.Index], clip.Side, contents[i]))];
        rows.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        (ClipEntry, SplitPart?)[] sides =
            [.. clips.Select(clip => (data.Entries[clip.Index], (SplitPart?)clip.Side))];
        return new SplitRecord(rows)
        {
            Notes = DuplicateClips.NotesOn(sides, contents),
            Duplicates = DuplicateClips.GroupsOf(sides, contents),
        };
    }

    /// <summary>Whether the run has a clip, on whatever side.</summary>
    /// <param name="entry">The clip, by its path and segment.</param>
    public bool Holds(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (keys ??= [.. rows.Select(row => row.Key)]).Contains(KeyOf(entry));
    }

    /// <summary>How many clips are on a side.</summary>
    public int CountOf(SplitPart side) => rows.Count(row => row.Side == side);

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true)
        {
            NewLine = "\n",
        };
        writer.WriteLine(Header);
        foreach (Row row in rows)
        {
            writer.WriteLine(row.ToCsv());
        }
    });

    /// <summary>Reads the file; null where a run has none, as runs of earlier versions.</summary>
    /// <exception cref="RunException">It is damaged.</exception>
    public static SplitRecord? TryLoad(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            CsvTable table = CsvTable.Read(path, Header.Split(','));
            if (!table.Header.SequenceEqual(Header.Split(',')))
            {
                throw new FormatException($"its first line is not {Header}");
            }

            return new SplitRecord([.. table.Rows.Select(row => Row.Parse(row.Fields))]);
        }
        catch (Exception error) when (error is DataSetException or FormatException or ArgumentException
            or OverflowException)
        {
            throw new RunException(
                $"'{path}', the split of the run, is damaged ({error.Message}); copy it again, or train anew.", error);
        }
    }

    /// <summary>The recorded split, of the data as it is now.</summary>
    /// <param name="data">The data set now.</param>
    /// <param name="reader">Knows the clips' content.</param>
    /// <param name="acceptChanges">
    /// True goes on without the clips that are gone, and with the changed ones as they are now.
    /// </param>
    /// <param name="note">Told what is new, changed or gone, a line each kind.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    /// <exception cref="DataSetException">
    /// A clip that the run trained or validated on is gone or changed and that is not accepted; or a class is gone.
    /// </exception>
    public Split Restore(
        DataSet data, IClipReader reader, bool acceptChanges, Action<string> note,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(note);
        var indexOf = new Dictionary<(string, double, double), int>(data.Entries.Count);
        for (int i = 0; i < data.Entries.Count; i++)
        {
            indexOf[KeyOf(data.Entries[i])] = i;
        }

        List<Row> there = rows.FindAll(row => indexOf.ContainsKey(row.Key));
        List<Row> gone = rows.FindAll(row => !indexOf.ContainsKey(row.Key));
        ClipEntry[] now = [.. there.Select(row => data.Entries[indexOf[row.Key]])];
        UInt128?[] contents = ContentsOf(now, reader, cancellation);
        List<Row> changed = [.. there.Where((row, i) => row.Content != contents[i])];
        List<Row> moved = [.. there.Where((row, i) => row.Label != now[i].Label)];
        HashSet<(string, double, double)> recorded = [.. there.Select(row => row.Key)];
        List<string> added = [.. data.Entries.Where(entry => !recorded.Contains(KeyOf(entry))).Select(NameOf)];
        RefuseLostClasses(data, there);
        if (!acceptChanges)
        {
            Refuse(data, gone, "gone");
            Refuse(data, changed, "changed");
            Refuse(data, moved, "of another class now");
        }

        Tell(gone, "gone and left out");
        Tell(changed, "changed and taken as they are now");
        Tell(moved, "of another class now and taken as such");
        if (added.Count > 0)
        {
            note($"{Clips(added.Count)} {(added.Count == 1 ? "is" : "are")} new since the run began and left out: "
                + $"{Names(added)} (train anew to take them in)");
        }

        return new Split(Side(SplitPart.Train), Side(SplitPart.Validation), Side(SplitPart.Test));

        int[] Side(SplitPart side) =>
            [.. there.Where(row => row.Side == side).Select(row => indexOf[row.Key]).Order()];

        void Tell(List<Row> clips, string what)
        {
            if (clips.Count > 0)
            {
                note($"{Clips(clips.Count)} {(clips.Count == 1 ? "is" : "are")} {what}: {NamesOf(clips)}");
            }
        }
    }

    /// <summary>How many of some clips the run was trained on and validated on, by their content.</summary>
    /// <param name="clips">The clips.</param>
    /// <param name="reader">Knows their content.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    public (int Trained, int Validated) CountOf(
        IReadOnlyList<ClipEntry> clips, IClipReader reader, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(reader);
        HashSet<UInt128> trained = Of(SplitPart.Train);
        HashSet<UInt128> validated = Of(SplitPart.Validation);
        UInt128[] contents = [.. ContentsOf(clips, reader, cancellation).OfType<UInt128>()];
        int both = contents.Count(trained.Contains);
        return (both, contents.Count(content => validated.Contains(content) && !trained.Contains(content)));

        HashSet<UInt128> Of(SplitPart side) =>
            [.. rows.Where(row => row.Side == side).Select(row => row.Content).OfType<UInt128>()];
    }

    private static UInt128?[] ContentsOf(
        IReadOnlyList<ClipEntry> clips, IClipReader reader, CancellationToken cancellation)
    {
        var contents = new UInt128?[clips.Count];
        Parallel.For(
            0, clips.Count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Environment.ProcessorCount,
                CancellationToken = cancellation,
            },
            i => contents[i] = reader.ContentHash(clips[i]));
        return contents;
    }

    private void RefuseLostClasses(DataSet data, List<Row> there)
    {
        // Where a clip may have several labels, a row names all of them.
        Func<Row, string[]> labelsOf = data.LabelSets is { } sets
            ? row => SeveralLabels.PartsOf(row.Label, sets.Separator)
            : row => [row.Label];
        HashSet<string> left = [.. there.Where(row => row.Side == SplitPart.Train).SelectMany(labelsOf)];
        string[] lost =
        [
            .. rows.Where(row => row.Side == SplitPart.Train).SelectMany(labelsOf).Distinct()
                .Where(label => !left.Contains(label)),
        ];
        if (lost.Length > 0)
        {
            throw new DataSetException(
                $"'{data.Source}' has not one clip any more of the {(lost.Length == 1 ? "class" : "classes")} "
                + $"{Names([.. lost.Select(label => $"'{label}'")])} that the run was trained on: put them back, or "
                + "train anew.");
        }
    }

    // Kept out clips change nothing of a run.
    private static void Refuse(DataSet data, List<Row> clips, string what)
    {
        List<Row> heard = clips.FindAll(row => row.Side != SplitPart.Test);
        if (heard.Count > 0)
        {
            throw new DataSetException(
                $"{Clips(heard.Count)} of '{data.Source}' that the run trained or validated on "
                + $"{(heard.Count == 1 ? "is" : "are")} {what}: {NamesOf(heard)}. It would not go on as the same run: "
                + "put them back, train anew, or give --accept-changes.");
        }
    }

    private static (string, double, double) KeyOf(ClipEntry entry) =>
        (entry.RelativePath, entry.Segment?.Start ?? 0, entry.Segment?.End ?? 0);

    private static string NameOf(ClipEntry entry) => entry.RelativePath;

    private static string Clips(int count) =>
        count == 1 ? "1 clip" : string.Create(CultureInfo.InvariantCulture, $"{count:#,0} clips");

    private static string NamesOf(List<Row> clips) => Names(clips.ConvertAll(row => row.Path));

    private static string Names(List<string> names)
    {
        const int shown = 3;
        return string.Join(", ", names.Take(shown)) + (names.Count > shown ? ", ..." : "");
    }

    /// <summary>One clip of the record.</summary>
    private sealed record Row(
        string Path, string Label, SplitPart Side, ClipSegment? Segment, UInt128? Content)
    {
        public (string, double, double) Key => (Path, Segment?.Start ?? 0, Segment?.End ?? 0);

        public static Row Of(ClipEntry entry, SplitPart side, UInt128? content) =>
            new(entry.RelativePath, entry.Label, side, entry.Segment, content);

        public static Row Parse(ArraySegment<string> fields) => new(
            fields[0], fields[1], PartOf(fields[2]),
            fields[3].Length == 0 ? null : SegmentOf(Number(fields[3]), Number(fields[4])),
            fields[5].Length == 0 ? null
                : UInt128.Parse(fields[5], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        public string ToCsv() => string.Create(
            CultureInfo.InvariantCulture,
            $"{CsvField.Of(Path)},{CsvField.Of(Label)},{Side.ToString().ToLowerInvariant()}," +
            $"{Segment?.Start:R},{Segment?.End:R},") +
            Content?.ToString("x32", CultureInfo.InvariantCulture);

        private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

        private static SplitPart PartOf(string text) => PartNames.Of(text)
            ?? throw new FormatException($"there is no side '{text}'");

        private static ClipSegment SegmentOf(double start, double end) => start >= 0 && end > start
            ? new ClipSegment(start, end, 0)
            : throw new FormatException(FormattableString.Invariant($"there is no segment from {start} to {end} s"));
    }
}
