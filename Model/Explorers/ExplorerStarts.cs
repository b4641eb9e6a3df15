// Where a recording begins: the weights of a seed, on built-in sounds; the next step of a run; a captured step.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Explorers;

/// <summary>First steps of recordings.</summary>
public static class ExplorerStarts
{
    private const int SampleRate = 8000;
    private const int ClipSamples = 8000;

    // So many of each class give features a mean and a deviation.
    private const int ClipsPerClass = 8;

    /// <summary>
    /// The network that is shown where none is named: the article's with 6 filters instead of 64 and 16 units instead
    /// of 128, on 12 coefficients every 50 ms, so that the page can show all of it.
    /// </summary>
    public static NetworkPreset Default { get; } = new("article, small", SmallArticle, "the article's, made small")
    {
        Training = new TrainingOptions { LearningRate = 5e-3f },
    };

    private static FeatureOptions SmallFeatures => FeatureOptions.Mfcc(SampleRate) with
    {
        FftSize = 512,
        HopLength = 400,
        MelBands = 12,
        Coefficients = 12,
    };

    /// <summary>How built-in sounds come to a network.</summary>
    /// <param name="preset">The network.</param>
    public static ClipFormat FormatOf(NetworkPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return new ClipFormat(
            preset == Default
                ? SmallFeatures
                : FeaturePresets.Resolve(preset.Features, SampleRate, () => SampleRate),
            ClipSamples);
    }

    /// <summary>A network as it begins, on built-in sounds of different classes.</summary>
    /// <param name="device">Where.</param>
    /// <param name="preset">The network and how it is trained.</param>
    /// <param name="clips">Clips of the mini-batch.</param>
    /// <param name="seed">Seed of weights and sounds.</param>
    /// <param name="cancellation">Stops while features are computed.</param>
    /// <exception cref="NetworkSpecException">The layers do not fit the features.</exception>
    public static ExplorerStart OfBuiltInSounds(
        ComputeDevice device, NetworkPreset preset, int clips, int seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(preset);
        NetworkSpec spec = preset.Create();
        ClipFormat format = FormatOf(preset);
        var sounds = ClipSource.BuiltIn(
            SampleRate, (double)ClipSamples / SampleRate, ClipsPerClass, seed);
        IReadOnlyList<string> labels = sounds.DataSet.Labels;
        var set = FeatureSet.Compute(
            device, sounds.DataSet.Entries, sounds.Reader, format,
            new FeatureSetOptions { Memory = FeatureMemory.Device }, cancellation);
        set.Normalize(set.FitNormalizer(format));
        float[] features = set.Features.ToArray();
        int length = format.Channels * format.Frames;

        // Spread over the classes; after the last, the next example of the first.
        int[] chosen =
        [
            .. Enumerable.Range(0, clips).Select(i =>
                clips < labels.Count
                    ? i * labels.Count / clips * ClipsPerClass
                    : (i % labels.Count * ClipsPerClass) + (i / labels.Count % ClipsPerClass)),
        ];
        StepCapsule capsule = StepCapture.OfNetwork(
            device, spec, new Shape(format.Channels, format.Frames), labels.Count, clips, seed);
        TrainingOptions training = preset.Training with { Seed = seed };
        var given = new Dictionary<string, SafeTensor>(capsule.Given)
        {
            [StepExecution.Input] = SafeTensor.From<float>(
                [.. chosen.SelectMany(row => features.Skip(row * length).Take(length))],
                [clips, format.Channels, format.Frames]),
            [StepExecution.Targets] = SafeTensor.From<int>(
                [.. chosen.Select(row => set.Clips[row].LabelIndex)], clips),
        };
        StepSetting setting = capsule.Setting with
        {
            Training = training,
            LearningRate = training.LearningRate,
            Fused = false,
        };
        return new ExplorerStart(
            capsule with { Setting = setting, Given = given }, labels, [.. chosen.Select(row => set.Clips[row].Path)],
            $"The network '{spec.Name}' from its initial weights (seed {seed}), on {clips} of the built-in sounds.");
    }

    /// <summary>A step that is there already.</summary>
    /// <param name="capsule">The step.</param>
    /// <param name="labels">The classes' names; null numbers them.</param>
    /// <param name="sentence">What its clips and weights are.</param>
    public static ExplorerStart Of(StepCapsule capsule, IReadOnlyList<string>? labels, string sentence)
    {
        ArgumentNullException.ThrowIfNull(capsule);
        int clips = capsule.Given[StepExecution.Targets].Count;
        return new ExplorerStart(
            capsule, labels ?? [.. Enumerable.Range(0, capsule.Setting.Classes).Select(i => $"class {i}")],
            [.. Enumerable.Range(0, clips).Select(i => $"clip {i}")], sentence);
    }

    private static NetworkSpec SmallArticle()
    {
        NetworkSpec article = NetworkPresets.Article(filters: 6);
        return article with
        {
            Name = "article, small",
            Layers = [.. article.Layers.Select(
                layer => layer is DenseLayer { Outputs: > 0 } dense ? dense with { Outputs = 16 } : layer)],
        };
    }
}
