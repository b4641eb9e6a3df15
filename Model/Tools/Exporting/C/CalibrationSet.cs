// Clips that show how large the values of a network become, and others that show what 8 bits lose.
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Data;
using NativeCnn.Model.Exports;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Features of labelled clips, normalised, a frame after another: [T][C].</summary>
/// <param name="Calibration">Clips for the ranges.</param>
/// <param name="Check">Clips with their class, for the accuracy.</param>
/// <param name="About">What they are, for whoever reads: two phrases.</param>
internal sealed record CalibrationSet(
    IReadOnlyList<float[]> Calibration, IReadOnlyList<(float[] Features, int Label)> Check,
    (string Calibration, string Check) About)
{
    private const int MostCalibration = 256;
    private const int MostCheck = 1000;

    /// <summary>The clips of a run, or of other data.</summary>
    /// <param name="request">The run, and the data where it is not the run's own.</param>
    /// <exception cref="ExportException">The data is gone, or no sound of it can be read.</exception>
    public static CalibrationSet Of(ExportRequest request)
    {
        RunConfig config = request.Model.Config;
        try
        {
            SplitRecord? record = request.Calibration is null
                ? SplitRecord.TryLoad(RunFolder.Open(request.Run).SplitPath)
                : null;
            ClipSource clips = request.Calibration is null && config.ClipsPerClass is { } perClass
                ? ClipSource.BuiltIn(
                    config.Features.SampleRate, (double)config.ClipSamples / config.Features.SampleRate, perClass,
                    (long)config.Training.Seed)
                : RunClips.Of(
                    config,
                    labels => ClipSource.FromFiles(request.Calibration ?? config.Data!, labels, config.DataOptions),
                    silence: request.Calibration is null ? null : 0, record: record);
            (int[] calibration, int[] check, (string, string) about) = request.Calibration is { } data
                ? Halves(clips.DataSet.Entries.Count, data)
                : Parts(clips, record, request.Cancellation);
            return new CalibrationSet(
                [.. FeaturesOf(request, clips, Evenly(calibration, MostCalibration)).Select(one => one.Features)],
                [.. FeaturesOf(request, clips, Evenly(check, MostCheck))], about);
        }
        catch (Exception error) when (error is DataSetException or AudioFormatException or IOException
            or UnauthorizedAccessException or RunException)
        {
            throw new ExportException(
                "8-bit numbers need sounds to find their ranges with, and "
                + (request.Calibration is null ? "the run's own cannot be used" : "these cannot be used")
                + $" ({error.Message.TrimEnd('.')}); give others of the same classes by --calibration DATA", error);
        }
    }

    private static (int[] Calibration, int[] Check, (string, string) About) Parts(
        ClipSource clips, SplitRecord? record, CancellationToken cancellation)
    {
        if (record is null)
        {
            return Halves(clips.DataSet.Entries.Count, "the run's data");
        }

        Split split = record.Restore(clips.DataSet, clips.Reader, acceptChanges: true, _ => { }, cancellation);
        if (split.Train.Length == 0)
        {
            throw new DataSetException("none of the clips that it was trained on is there");
        }

        return split.Validation.Length > 0
            ? (split.Train, split.Validation, ("of the run's training clips", "of its validation clips"))
            : (split.Train, split.Train, ("of the run's training clips", "of them"));
    }

    /// <summary>Every other clip.</summary>
    private static (int[] Calibration, int[] Check, (string, string) About) Halves(int count, string data) => count == 0
        ? throw new DataSetException("there are no clips")
        : ([.. Enumerable.Range(0, count).Where(i => i % 2 == 0)],
            [.. Enumerable.Range(0, count).Where(i => i % 2 == 1 || count == 1)], ($"of {data}", "other ones"));

    private static int[] Evenly(int[] clips, int most) =>
    [
        .. Enumerable.Range(0, Math.Min(most, clips.Length))
            .Select(i => clips[(int)((long)i * clips.Length / Math.Min(most, clips.Length))]),
    ];

    private static IEnumerable<(float[] Features, int Label)> FeaturesOf(
        ExportRequest request, ClipSource clips, int[] chosen)
    {
        RunConfig config = request.Model.Config;
        ComputeDevice device = request.Model.Network.Device;
        FeatureSet set = FeatureSet.Compute(
            device, [.. chosen.Select(i => clips.DataSet.Entries[i])], clips.Reader, config.Format,
            new FeatureSetOptions(), request.Cancellation);
        if (set.Count == 0)
        {
            throw new DataSetException("not one of them can be read");
        }

        set.Normalize(request.Model.Normalizer);
        float[] features = set.Features.ToArray();
        int[] labels = set.Labels.ToArray();
        (int channels, int frames) = (config.Format.Channels, config.Format.Frames);
        for (int clip = 0; clip < set.Count; clip++)
        {
            float[] rows = new float[channels * frames];
            for (int i = 0; i < rows.Length; i++)
            {
                rows[(i % frames * channels) + (i / frames)] = features[(clip * rows.Length) + i];
            }

            yield return (rows, labels[clip]);
        }
    }
}
