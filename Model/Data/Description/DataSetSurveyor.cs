// Looks at every clip of a data set, headers only where they say enough, on all processors.

using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data.Description;

/// <summary>Describes data sets.</summary>
public static class DataSetSurveyor
{
    /// <summary>Describes a data set.</summary>
    /// <param name="data">The data set, of files.</param>
    /// <param name="progress">Told how many clips are done, from several threads.</param>
    /// <param name="strict">Counts files that are cut short as damaged.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataSetDescription Describe(
        DataSet data, Action<int>? progress = null, bool strict = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        IReadOnlyList<ClipEntry> entries = data.Entries;
        var facts = new AudioFacts?[entries.Count];
        var failures = new SkippedClip?[entries.Count];
        int done = 0;
        Parallel.For(0, entries.Count, AllProcessors(cancellation), i =>
        {
            try
            {
                AudioFacts found = AudioProbe.Read(entries[i].Path, cancellation);
                if (strict)
                {
                    AudioRemark.RefuseCutShort(found.Remark, entries[i].Path);
                }

                facts[i] = Part(entries[i], found);
            }
            catch (Exception error) when (error is AudioFormatException or IOException or UnauthorizedAccessException)
            {
                failures[i] = new SkippedClip(entries[i].Path, error.Message);
            }

            progress?.Invoke(Interlocked.Increment(ref done));
        });

        AudioFacts[] readable = [.. facts.OfType<AudioFacts>()];
        int[] counts = data.CountByLabel();
        double[] seconds = new double[data.Labels.Count];
        for (int i = 0; i < entries.Count; i++)
        {
            foreach (int label in data.LabelsOf(entries[i]))
            {
                seconds[label] += facts[i]?.Seconds ?? 0;
            }
        }

        return new DataSetDescription(
            data.Source, data.Reader, entries.Count, readable.Length, SecondsOf(data, readable, seconds),
            LengthsOf(readable),
            counts.Length == 0 ? 1 : (double)counts.Max() / Math.Max(1, counts.Min()),
            [.. data.Labels.Select((label, i) => new ClassSummary(label, counts[i], seconds[i]))],
            [.. Commonest(readable, clip => clip.SampleRate).Select(one => new RateCount(one.Key, one.Value))],
            [.. Commonest(readable, clip => clip.Channels).Select(one => new ChannelCount(one.Key, one.Value))],
            [.. Commonest(readable, FormatOf).Select(one => new FormatCount(one.Key, one.Value))],
            [.. PartsOf(data)],
            [.. data.Folds.Select(fold => new FoldCount(fold, entries.Count(entry => entry.Fold == fold)))],
            [.. GroupsOf(data)], data.BackgroundNoise.Count, [
                .. data.Notes, .. DuplicatesOf(data, cancellation), .. RemarksOf(entries, facts),
            ],
            [.. failures.OfType<SkippedClip>()]);
    }

    // Of the classes, as it always was; where clips are of several, of the clips.
    private static double SecondsOf(DataSet data, AudioFacts[] readable, double[] ofClasses) =>
        data.LabelSets is null ? ofClasses.Sum() : readable.Sum(clip => clip.Seconds);

    private static IReadOnlyList<string> DuplicatesOf(DataSet data, CancellationToken cancellation) =>
        DuplicateClips.NotesOn(
            [.. data.Entries.Select(entry => (entry, entry.Split))],
            DuplicateClips.ContentsOf(data.Entries, new FileClipReader(), cancellation));

    // A thread a processor: where they wait for ffmpeg, the pool would add threads without end.
    private static ParallelOptions AllProcessors(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };

    private static AudioFacts Part(ClipEntry entry, AudioFacts whole)
    {
        if (entry.Segment is not { } segment)
        {
            return whole;
        }

        if (!segment.FitsIn(whole.Seconds))
        {
            throw segment.Outside(entry.Path, whole.Seconds);
        }

        (int first, int end) = segment.SamplesOf(whole.SampleRate, (int)Math.Min(int.MaxValue, whole.Samples));
        return whole with { Samples = end - first };
    }

    private static LengthSummary? LengthsOf(AudioFacts[] clips)
    {
        if (clips.Length == 0)
        {
            return null;
        }

        double[] lengths = [.. clips.Select(clip => clip.Seconds).Order()];
        return new LengthSummary(
            lengths[0],
            (lengths[(lengths.Length - 1) / 2] + lengths[lengths.Length / 2]) / 2,
            lengths[(int)Math.Ceiling(0.95 * lengths.Length) - 1],
            lengths[^1]);
    }

    private static IEnumerable<KeyValuePair<T, int>> Commonest<T>(AudioFacts[] clips, Func<AudioFacts, T> of)
        where T : notnull => clips.CountBy(of).OrderByDescending(one => one.Value).ThenBy(one => one.Key);

    private static string FormatOf(AudioFacts clip) => clip.Encoding switch
    {
        AudioEncoding.Pcm => $"{clip.Container}, {clip.BitsPerSample}-bit PCM",
        AudioEncoding.IeeeFloat => $"{clip.Container}, {clip.BitsPerSample}-bit float",
        AudioEncoding.ALaw => $"{clip.Container}, A-law",
        AudioEncoding.MuLaw => $"{clip.Container}, mu-law",
        _ => clip.Container,
    };

    private static IEnumerable<string> RemarksOf(IReadOnlyList<ClipEntry> entries, AudioFacts?[] facts) =>
        ClipRemark.Lines(facts.Select((one, i) => (one?.Remark, entries[i].Path))
            .Where(one => one.Remark is not null).Select(one => new ClipRemark(one.Path, one.Remark!)));

    private static IEnumerable<PartCount> PartsOf(DataSet data)
    {
        SplitPart?[] parts = [.. data.Entries.Select(entry => entry.Split)];
        return Enum.GetValues<SplitPart>()
            .Select(part => new PartCount(part.ToString().ToLowerInvariant(), parts.Count(one => one == part)))
            .Where(part => part.Clips > 0);
    }

    // Groupings that can be split by: two groups or more, some clips together, and not the classes over again.
    private static IEnumerable<GroupSummary> GroupsOf(DataSet data)
    {
        IEnumerable<string> columns = data.Entries.Count > 0 ? data.Entries[0].Columns.Keys : [];
        foreach (string groupBy in columns.Append(GroupBy.Prefix).Append(GroupBy.Speaker).Distinct())
        {
            bool isSplit = groupBy.Equals("split", StringComparison.OrdinalIgnoreCase);
            if (isSplit || TryGroup(data, groupBy) is not { } groups)
            {
                continue;
            }

            int[] sizes = [.. groups.CountBy(group => group).Select(group => group.Value)];
            int pairs = groups.Select((group, i) => (group, data.Entries[i].LabelIndex)).Distinct().Count();
            bool crossesClasses = pairs > data.Labels.Count;
            if (crossesClasses && sizes.Length >= 2 && sizes.Length < groups.Length)
            {
                yield return new GroupSummary(groupBy, sizes.Length, sizes.Min(), sizes.Max());
            }
        }
    }

    private static string[]? TryGroup(DataSet data, string groupBy)
    {
        try
        {
            return GroupBy.Of(data, groupBy);
        }
        catch (DataSetException)
        {
            return null; // names without a speaker, a column with gaps
        }
    }
}
