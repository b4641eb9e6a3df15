// Clips for a run that is there already: its classes, silence and unknown among them.
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Runs;

/// <summary>Reads clips as a run has them.</summary>
public static class RunClips
{
    /// <summary>Clips with the run's classes.</summary>
    /// <param name="config">The run.</param>
    /// <param name="read">Reads the clips with these classes.</param>
    /// <param name="silence">
    /// Clips of silence as a share of the words' clips; null for as many as the run has, 0 for none.
    /// </param>
    /// <param name="keepAllUnknown">Whether unknown clips are kept that the run left out for their number.</param>
    /// <param name="record">
    /// The split of the run, whose clips of silence and unknown are taken; null draws them as the run did.
    /// </param>
    /// <exception cref="DataSetException">
    /// The data cannot be used; or what silence is cut from is gone or changed, where as much is made as the run has.
    /// </exception>
    public static ClipSource Of(
        RunConfig config, Func<IReadOnlyList<string>, ClipSource> read, double? silence = null,
        bool keepAllUnknown = false, SplitRecord? record = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(read);
        ClipSource clips = read(KeywordSet.LabelsToRead(config.Labels, config.Keywords));
        if (config.Keywords is not { } keywords)
        {
            return clips;
        }

        if (silence is null && keywords.Recordings is { } recordings)
        {
            RecordingFolders.ExpectUnchanged(recordings);
        }

        keywords = keywords with
        {
            Silence = silence ?? keywords.Silence,
            UnknownShare = keepAllUnknown ? null : keywords.UnknownShare,
        };
        var made = KeywordSet.Of(
            clips.DataSet, clips.Reader, keywords, config.Training.Seed,
            (double)config.ClipSamples / config.Features.SampleRate, config.Features.SampleRate, config.Labels,
            record is null ? null : record.Holds);
        return clips with { DataSet = made.DataSet, Reader = made.Reader };
    }
}
