// The same clip twice, by its bytes: in one class it weighs double, in two classes one of them is wrong, on two sides
// of the split the result looks better than it is. One line each kind.

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
        Tally copies = new();
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
            copies.Add(content, other, entry);
            if (entry.LabelIndex != other.LabelIndex)
            {
                labels.Add(content, other, entry);
            }

            if (side != otherSide)
            {
                sides.Add(content, other, entry);
            }
        }

        List<string> notes = [];
        if (labels.Sounds > 0)
        {
            notes.Add($"{labels.Said} in two classes: {labels.Example}");
        }

        if (sides.Sounds > 0)
        {
            notes.Add($"{sides.Said} on two sides of the split, so the result flatters: {sides.Example}");
        }

        if (copies.Sounds > 0)
        {
            notes.Add($"{copies.Said} there twice or more, {copies.Clips} "
                + $"{(copies.Clips == 1 ? "copy" : "copies")} in all: {copies.Example}");
        }

        return notes;
    }

    /// <summary>
    /// The clips whose content is the same, together: first those in two classes, then those on two sides of the split,
    /// else in the order of the clips.
    /// </summary>
    /// <param name="clips">The clips, with the side of the split that each is on, null for none.</param>
    /// <param name="contents">The content of each, see <see cref="IClipReader.ContentHash"/>.</param>
    public static IReadOnlyList<DuplicateGroup> GroupsOf(
        IReadOnlyList<(ClipEntry Entry, SplitPart? Side)> clips, UInt128?[] contents)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(contents);
        return
        [
            .. Enumerable.Range(0, clips.Count).Where(i => contents[i] is not null).GroupBy(i => contents[i])
                .Where(group => group.Skip(1).Any())
                .Select(group => new DuplicateGroup(
                [
                    .. group.Select(i => new DuplicateClip(
                        clips[i].Entry.RelativePath, clips[i].Entry.Label, clips[i].Side)),
                ]))
                .OrderByDescending(group => group.IsInTwoClasses).ThenByDescending(group => group.IsOnTwoSides),
        ];
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
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellation,
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

    /// <summary>How many sounds and copies, and the first two clips.</summary>
    private sealed class Tally
    {
        private readonly HashSet<UInt128> sounds = [];

        public int Sounds => sounds.Count;

        public int Clips { get; private set; }

        public string Example { get; private set; } = "";

        public string Said => Sounds == 1 ? "1 sound is" : $"{Sounds} sounds are";

        public void Add(UInt128 content, ClipEntry first, ClipEntry second)
        {
            sounds.Add(content);
            Example = Clips++ == 0 ? $"{first.RelativePath} and {second.RelativePath}" : Example;
        }
    }
}
