// From labelled sounds to what a network takes: the feature chain and the clip length, by a survey of the data where
// nobody chose them, checked before anything is computed.
using System.Globalization;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

/// <summary>The clips of a training and the form that they are brought to.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clips">The clips.</param>
/// <param name="Features">The feature chain with its sample rate.</param>
/// <param name="ClipSamples">Samples that every clip is cut or padded to.</param>
/// <param name="ClipSeconds">The same in seconds, before it was rounded to samples.</param>
/// <param name="Surveyed">True where the sample rate or the clip length is that of most of the data.</param>
public sealed record TrainingInput(
    ClipSource Clips, FeatureOptions Features, int ClipSamples, double ClipSeconds, bool Surveyed)
{
    /// <summary>How to train, with the folders of recordings as they were found.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>How silence and unknown were made; null where neither was asked for.</summary>
    public KeywordOptions? Keywords { get; init; }

    /// <summary>What was made of the classes, a line each kind.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    private const int BuiltInSampleRate = 8000;
    private const double BuiltInSeconds = 1;
    private const double ShortestClip = 0.2;
    private const double LongestClip = 10;

    /// <summary>
    /// What 95 % of the clips do not exceed, in seconds, where it is more than is taken unasked; null else.
    /// </summary>
    public double? LongerClips { get; private init; }

    /// <summary>
    /// Chooses what is left open: the sample rate that most clips have, 8000 Hz for the built-in sounds; the length
    /// that 95 % of the clips do not exceed, rounded up to a tenth of a second, from 0.2 to 10 s, 1 s for the
    /// built-in sounds.
    /// </summary>
    /// <param name="files">The clips; null for the built-in sounds.</param>
    /// <param name="choices">What was chosen already.</param>
    /// <exception cref="DataSetException">
    /// No clip can be read, or clips and features are too short or too large.
    /// </exception>
    /// <exception cref="FeatureOptionsException">
    /// There is no such feature chain, or it does not go with the rest.
    /// </exception>
    public static TrainingInput Of(ClipSource? files, TrainingInputOptions choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        (int SampleRate, double Seconds)? survey = null;
        FeatureOptions features = choices.Features.Resolve(
            choices.SampleRate, () => files is null ? BuiltInSampleRate : Survey().SampleRate);
        double seconds = choices.ClipSeconds ?? (files is null ? BuiltInSeconds : UsualLength(Survey().Seconds));
        long samples = Math.Max(1, (long)Math.Round(seconds * features.SampleRate));
        if (samples > ClipFormat.MostSamples)
        {
            throw new DataSetException(
                $"clips of {Seconds(seconds)} s at {features.SampleRate} Hz are too long ({samples} samples, " +
                $"{ClipFormat.MostSamples} are allowed); lower {choices.NameOf("clip-seconds")} or " +
                choices.NameOf("sample-rate"));
        }

        ClipSource clips = files ?? ClipSource.BuiltIn(
            features.SampleRate, (double)samples / features.SampleRate, choices.ClipsPerClass, choices.Training.Seed);
        CheckSize(choices, features, (int)samples);
        CheckAugmentation(choices, features);
        CheckLabels(choices, clips.DataSet);
        if (Cropping.WhyNot(choices.Training, seconds) is { } why)
        {
            throw new DataSetException($"{why}: give {choices.NameOf("crop")} in seconds");
        }

        bool isCapped = choices.ClipSeconds is null && survey?.Seconds > LongestClip;
        var input = new TrainingInput(clips, features, (int)samples, seconds, Surveyed: survey is not null)
        {
            LongerClips = isCapped ? survey?.Seconds : null,
            Training = choices.Training with
            {
                Best = BestOf(choices, clips.DataSet),
                Augmentation = AugmentationRecordings.Resolve(
                    choices.Training.Augmentation, clips.DataSet, choices.NameOf("augment")),
            },
        };
        return choices.Keywords.IsOn ? WithKeywords(input, choices.Keywords) : input;

        (int SampleRate, double Seconds) Survey() => survey ??= files!.Survey();
    }

    /// <summary>The input with the classes silence and unknown; silence of the recordings that there are.</summary>
    private static TrainingInput WithKeywords(TrainingInput input, KeywordOptions keywords)
    {
        DataSet data = input.Clips.DataSet;
        RecordingFolder? recordings = input.Training.Augmentation.Background;
        if (keywords.Silence > 0 && recordings is null && data.BackgroundNoise.Count > 0)
        {
            recordings = RecordingFolders.Resolve(
                new RecordingFolder { Folder = RecordingFolder.OfDataSet }, data, KeywordOptions.SilenceLabel);
        }

        keywords = keywords with { Recordings = keywords.Silence > 0 ? recordings : null };
        var made = KeywordSet.Of(
            data, input.Clips.Reader, keywords, input.Training.Seed,
            (double)input.ClipSamples / input.Features.SampleRate, input.Features.SampleRate);
        return input with
        {
            Clips = input.Clips with { DataSet = made.DataSet, Reader = made.Reader },
            Keywords = keywords,
            Notes = made.Notes,
        };
    }

    // The shortest tenth of a second that holds 99 % of it: a few samples more or less give the same network, and files
    // of 5.001 s, as codecs leave them, get no tenth of silence at their end.
    private static double UsualLength(double seconds) =>
        Math.Clamp(Math.Ceiling((seconds * 9.9) - 1e-6) / 10, ShortestClip, LongestClip);

    private static BestBy BestOf(TrainingInputOptions choices, DataSet data) =>
        data.LabelSets is not null && !choices.KeepBest && choices.Training.Best == BestBy.Accuracy
            ? BestBy.Map
            : choices.Training.Best;

    private static void CheckLabels(TrainingInputOptions choices, DataSet data)
    {
        TrainingOptions training = choices.Training;
        string? wrong = data.LabelSets is null
            ? training.Best == BestBy.Map
                ? $"{choices.NameOf("best")} map ranks clips that may have several labels, and these have one each: " +
                    "take f1 or accuracy"
                : null
            : training.FocalGamma > 0
                ? $"{choices.NameOf("loss")} focal is for clips of one label each, and these may have several: they " +
                    "are trained by the cross-entropy of sigmoids; leave it out"
            : training.Sampling == Sampling.Balanced
                ? $"{choices.NameOf("sampling")} balanced draws classes, and these clips may have several: take " +
                    $"{choices.NameOf("balance-classes")}"
            : choices.Keywords.IsOn
                ? $"{choices.NameOf("silence")} and {choices.NameOf("unknown")} make classes for clips of one label " +
                    "each, and these may have several: leave them out"
            : null;
        if (wrong is not null)
        {
            throw new DataSetException(wrong);
        }
    }

    private static void CheckAugmentation(TrainingInputOptions choices, FeatureOptions features)
    {
        AugmentationOptions augmentation = choices.Training.Augmentation;
        if (features.Kind == FeatureKind.LogMel)
        {
            return;
        }

        if (augmentation.Warp > 0)
        {
            throw new FeatureOptionsException(
                $"{choices.NameOf("augment")} warp moves the bands of log mel features; add " +
                $"{choices.NameOf("features")} logmel-cmn, or leave warp out");
        }

        if (augmentation.Tilt > 0)
        {
            throw new FeatureOptionsException(
                $"{choices.NameOf("augment")} tilt raises and lowers the bands of log mel features; add " +
                $"{choices.NameOf("features")} logmel-cmn, or leave tilt out");
        }
    }

    private static void CheckSize(TrainingInputOptions choices, FeatureOptions features, int samples)
    {
        int frames = features.Frames(samples);
        if (frames < 1)
        {
            throw new DataSetException(
                $"clips of {samples} samples are shorter than a frame of {features.FrameLength}; raise " +
                choices.NameOf("clip-seconds"));
        }

        if (frames < features.LeastFrames)
        {
            throw new DataSetException(
                $"clips of {frames} frames are too short for deltas over {features.LeastFrames}; raise " +
                choices.NameOf("clip-seconds"));
        }
    }

    private static string Seconds(double value) =>
        value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
