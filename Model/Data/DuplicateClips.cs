// The same clip twice, by its bytes: in one class it weighs double, in two classes one of them is wrong, on two sides of
// the split the result looks better than it is. One line each kind.

namespace NativeCnn.Model.Data;

/// <summary>Tells duplicates.</summary>
public static class DuplicateClips
{
    /// <summary>Lines on clips whose content is the same; none where there are none.</summary>
    /// <param name="clips">The clips, with the side of the split that each is on, null for none.</param>
    /// <param name="contents">The content of each, see <see cref="IClipReader.ContentHash"/>.</param>
    public static IReadOnlyList<string> NotesOn(
        IReadOnlyList<(ClipEntry Entry, SplitPart? Side)> clips, UInt128?[] contents)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(contents);
        Dictionary<UInt128, int> first = new(clips.Count);
        Tally same = new();
        Tally labels = new();
        Tally sides = new();
        for (int i = 0; i < clips.Count; i++)
        {
            if (contents[i] is not { } content || first.TryAdd(content, i))
            {
                continue;
            }

            (ClipEntry entry, SplitPart? side) = clips[i];
            (ClipEntry other, SplitPart? otherSide) = clips[first[content]];
            same.Add(other, entry);
            if (entry.LabelIndex != other.LabelIndex)
            {
                labels.Add(other, entry);
            }

            if (side != otherSide)
            {
                sides.Add(other, entry);
            }
        }

        List<string> notes = [];
        if (labels.Count > 0)
        {
            notes.Add($"{labels.Said("is", "are")} the same sound as another in another class: {labels.Example}");
        }

        if (sides.Count > 0)
        {
            notes.Add($"{sides.Said("is", "are")} the same sound as another on another side of the split, so the result "
                + $"flatters: {sides.Example}");
        }

        if (same.Count > 0)
        {
            notes.Add($"{same.Said("is", "are")} the same sound as another: {same.Example}");
        }

        return notes;
    }

    /// <summary>
    /// The content of clips that may be duplicates: files of which another has the same length, segments of one file
    /// not among them. The others are null, for their bytes cannot be those of another.
    /// </summary>
    /// <param name="clips">The clips.</param>
    /// <param name="reader">Knows their content.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    public static UInt128?[] ContentsOf(
        IReadOnlyList<ClipEntry> clips, IClipReader reader, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(reader);
        long[] lengths = new long[clips.Count];
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation,
        };
        Parallel.For(0, clips.Count, options, i => lengths[i] = LengthOf(clips[i].Path));
        HashSet<long> twice =
            [.. lengths.CountBy(length => length).Where(one => one.Value > 1 && one.Key > 0).Select(one => one.Key)];
        var contents = new UInt128?[clips.Count];
        Parallel.For(0, clips.Count, options, i =>
            contents[i] = twice.Contains(lengths[i]) ? reader.ContentHash(clips[i]) : null);
        return contents;
    }

    private static long LengthOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>How many, and the first two.</summary>
    private sealed class Tally
    {
        public int Count { get; private set; }

        public string Example { get; private set; } = "";

        public void Add(ClipEntry first, ClipEntry second)
        {
            Example = Count++ == 0 ? $"{first.RelativePath} and {second.RelativePath}" : Example;
        }

        public string Said(string one, string more) => Count == 1 ? $"1 clip {one}" : $"{Count} clips {more}";
    }
}
