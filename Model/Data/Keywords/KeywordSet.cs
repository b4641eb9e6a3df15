// A data set with the classes silence and unknown. Each side of its own split and each of its folds has its share of
// both: a clip of silence is made beside a clip of another class, whose side, fold, columns and file name it has, so
// that every split and grouping puts both on one side. Clips have a rank by the seed and their names, and the first of
// each side are taken: what a clip of silence is like depends on no other clip.
// Shares are those of Speech Commands' reference code (TensorFlow, examples/speech_commands/input_data.py): of the
// clips of the words alone.
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Data.Keywords;

/// <summary>Makes the classes of <see cref="KeywordOptions"/>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="DataSet">The clips, those of silence among them.</param>
/// <param name="Reader">Gives their samples.</param>
/// <param name="Notes">What was done, a line each kind.</param>
public sealed record KeywordSet(DataSet DataSet, IClipReader Reader, IReadOnlyList<string> Notes)
{
    private const long UnknownKey = 0x554E_4B4E;
    private const long SilenceKey = 0x5349_4C45;

    /// <summary>The classes to read a data set with, for a network that was trained with these options.</summary>
    /// <param name="labels">The network's.</param>
    /// <param name="options">The options; null for none.</param>
    public static IReadOnlyList<string> LabelsToRead(IReadOnlyList<string> labels, KeywordOptions? options) =>
        options is null ? labels : [.. labels.Union(options.Unknown)];

    /// <summary>Makes the classes.</summary>
    /// <param name="data">The clips as they were read.</param>
    /// <param name="reader">Gives their samples.</param>
    /// <param name="options">Which classes.</param>
    /// <param name="seed">Says which clips are kept, and what silence is made of.</param>
    /// <param name="seconds">Length of a clip of silence.</param>
    /// <param name="sampleRate">Rate of one that is synthesised, in hertz.</param>
    /// <param name="labels">
    /// The classes of a trained network, in the order of its outputs; null makes them: those of the data that are not
    /// merged in their order, then silence, then unknown.
    /// </param>
    /// <param name="recorded">
    /// Whether a run that goes on has a clip; the clips of both classes are then those that it has. Null draws them.
    /// </param>
    /// <exception cref="DataSetException">A class is not there, or none is left, or it is there already.</exception>
    public static KeywordSet Of(
        DataSet data, IClipReader reader, KeywordOptions options, long seed, double seconds, int sampleRate,
        IReadOnlyList<string>? labels = null, Predicate<ClipEntry>? recorded = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        labels ??= LabelsOf(data, options);
        HashSet<string> merged = new(options.Unknown, StringComparer.Ordinal);
        List<string> notes = [];
        List<ClipEntry> kept = [];
        List<ClipEntry> silent = [];
        int unknown = 0;
        foreach (ClipEntry[] clips in data.Entries.GroupBy(clip => (clip.Split, clip.Fold)).Select(Enumerable.ToArray))
        {
            ClipEntry[] words = Array.FindAll(
                clips, clip => !IsUnknown(clip) && clip.Label != KeywordOptions.SilenceLabel);
            ClipEntry[] others = Array.ConvertAll(
                Array.FindAll(clips, IsUnknown), clip => Relabelled(clip, KeywordOptions.UnknownLabel));
            int most = options.UnknownShare is { } share ? Count(share, words.Length) : others.Length;
            ClipEntry[] taken = [.. Taken(others, most, UnknownKey)];
            unknown += taken.Length;
            kept.AddRange(taken);
            kept.AddRange(clips.Where(clip => !IsUnknown(clip)).Select(clip => Relabelled(clip, clip.Label)));
            if (options.Silence > 0)
            {
                ClipEntry[] beside = [.. words.Select(Silence).DistinctBy(clip => clip.Path)];
                silent.AddRange(Taken(beside, Count(options.Silence, words.Length), SilenceKey));
            }
        }

        if (options.Unknown.Count > 0)
        {
            notes.Add($"unknown: {unknown} clips of {options.Unknown.Count} classes");
        }

        if (silent.Count > 0)
        {
            var maker = SilenceMaker.Of(options.Recordings, seed, seconds, sampleRate);
            notes.Add($"{KeywordOptions.SilenceLabel}: {silent.Count} clips, {maker.Source}");
            reader = new KeywordReader(reader, silent.Select(clip => clip.Path), maker);
        }

        return new KeywordSet(
            data with
            {
                Labels = labels,
                Entries = [.. kept.Concat(silent).OrderBy(clip => clip.RelativePath, StringComparer.Ordinal)],
            },
            reader, notes);

        bool IsUnknown(ClipEntry clip) => merged.Contains(clip.Label) || clip.Label == KeywordOptions.UnknownLabel;

        ClipEntry Relabelled(ClipEntry clip, string label) =>
            clip with { Label = label, LabelIndex = IndexOf(label) };

        int IndexOf(string label)
        {
            for (int i = 0; i < labels.Count; i++)
            {
                if (labels[i] == label)
                {
                    return i;
                }
            }

            throw new DataSetException(
                $"the class '{label}' is not one that the network knows: {string.Join(", ", labels)}");
        }

        // What stands beside a clip, under the clip's own file name.
        ClipEntry Silence(ClipEntry clip)
        {
            string part = clip.Segment is { } segment
                ? string.Create(CultureInfo.InvariantCulture, $"{segment.Start:R}-{segment.End:R}/")
                : "";
            string path = $"{KeywordOptions.SilenceLabel}/{part}{clip.RelativePath}";
            return Relabelled(
                clip with { Path = path, RelativePath = path, Segment = null }, KeywordOptions.SilenceLabel);
        }

        IEnumerable<ClipEntry> Taken(ClipEntry[] clips, int count, long key) => recorded is not null
            ? clips.Where(clip => recorded(clip))
            : clips.OrderBy(clip => new SplitMix64(seed, key, NumberOf(Name(clip))).Next())
                .ThenBy(Name, StringComparer.Ordinal).Take(count);
    }

    /// <summary>A number of a name, for draws.</summary>
    internal static long NumberOf(string name) => unchecked((long)XxHash64.HashToUInt64(
        MemoryMarshal.AsBytes(name.AsSpan())));

    private static string Name(ClipEntry clip) => clip.Segment is { } segment
        ? string.Create(CultureInfo.InvariantCulture, $"{clip.RelativePath} {segment.Start:R} {segment.End:R}")
        : clip.RelativePath;

    /// <summary>To the nearest, at least one of a share that is not 0.</summary>
    private static int Count(double share, int clips) => share > 0 && clips > 0
        ? Math.Max(1, (int)Math.Round(share * clips, MidpointRounding.AwayFromZero))
        : 0;

    private static string[] LabelsOf(DataSet data, KeywordOptions options)
    {
        if (options.Unknown.FirstOrDefault(name => !data.Labels.Contains(name)) is { } absent)
        {
            string[] near =
            [
                .. data.Labels.OrderBy(name => Suggestion.Nearest(absent, [name]) is null).Take(5),
            ];
            throw new DataSetException(
                $"there is no class '{absent}' in '{data.Source}' to be {KeywordOptions.UnknownLabel}" +
                $"{Suggestion.Before(absent, data.Labels)} its classes are {string.Join(", ", near)}" +
                (near.Length < data.Labels.Count ? $", ... ({data.Labels.Count} in all)" : ""));
        }

        foreach ((string label, bool isMade) in ((string, bool)[])
        [
            (KeywordOptions.SilenceLabel, options.Silence > 0),
            (KeywordOptions.UnknownLabel, options.Unknown.Count > 0),
        ])
        {
            if (isMade && data.Labels.Contains(label) && !options.Unknown.Contains(label))
            {
                throw new DataSetException(
                    $"'{data.Source}' has a class '{label}' already: leave --{label} out, or rename the class");
            }
        }

        string[] words = [.. data.Labels.Except(options.Unknown)];
        return words.Length > 0
            ?
            [
                .. words,
                .. options.Silence > 0 ? [KeywordOptions.SilenceLabel] : (string[])[],
                .. options.Unknown.Count > 0 ? [KeywordOptions.UnknownLabel] : (string[])[],
            ]
            : throw new DataSetException(
                $"every class of '{data.Source}' is to be {KeywordOptions.UnknownLabel}: leave one out of the list");
    }
}
