using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Labelled clips and the reader that gives their samples.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="DataSet">The clips.</param>
/// <param name="Reader">Gives their samples.</param>
public sealed record ClipSource(DataSet DataSet, IClipReader Reader)
{
    // Enough clips to see the usual length and rate of a data set, few enough to be read in a moment.
    private const int SurveySize = 200;

    /// <summary>Where what was computed of the clips is kept for another run; null for nowhere.</summary>
    public FeatureCache? Cache { get; init; }

    /// <summary>The clips of a folder or CSV file.</summary>
    /// <param name="path">A folder of class folders, a folder of <c>{label}_{anything}.wav</c> files, or a CSV.</param>
    /// <param name="labels">Class names in a given order, as a trained model has them; null takes those found.</param>
    /// <param name="options">How the data set is read; null for what it says itself.</param>
    /// <exception cref="DataSetException">There is no such data set, or it cannot be used.</exception>
    public static ClipSource FromFiles(
        string path, IReadOnlyList<string>? labels = null, DataSetOptions? options = null) =>
        new(DataSetCatalog.Read(path, labels, options: options), new FileClipReader(options?.Strict ?? false));

    /// <summary>The built-in sounds.</summary>
    public static ClipSource BuiltIn(int sampleRate, double seconds, int clipsPerClass, long seed)
    {
        var data = new BuiltInData(sampleRate, seconds, clipsPerClass, seed);
        return new ClipSource(data.DataSet, data);
    }

    /// <summary>
    /// Looks at evenly spread clips: the most frequent sample rate, and the length in seconds that 95 % of the clips do
    /// not exceed.
    /// </summary>
    /// <exception cref="DataSetException">None of the clips looked at can be read.</exception>
    public (int SampleRate, double Seconds) Survey()
    {
        int count = Math.Min(SurveySize, DataSet.Entries.Count);
        ClipEntry[] looked =
        [
            .. Enumerable.Range(0, count)
                .Select(i => DataSet.Entries[(int)((long)i * DataSet.Entries.Count / count)]),
        ];
        (ClipFacts?[] found, string?[] reasons) = ClipFacts.Of(looked, Reader, Cache);
        ClipFacts[] clips = [.. found.OfType<ClipFacts>()];
        if (clips.Length == 0)
        {
            throw new DataSetException(
                $"not one sound of '{DataSet.Source}' can be read; the first: " +
                $"{reasons.OfType<string>().FirstOrDefault()}");
        }

        int rate = clips.GroupBy(clip => clip.SampleRate)
            .OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First().Key;
        double[] seconds = [.. clips.Select(clip => clip.Seconds).Order()];
        return (rate, seconds[(int)Math.Ceiling(0.95 * seconds.Length) - 1]);
    }
}
