// Puts an augmented mini-batch together on the device: rows of a data set, changed as their draws say.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Training;

/// <summary>
/// Gathers, changes and normalises mini-batches of one size. Sound: gather, change, features, normalise. Features:
/// gather, change. Every clip's changes depend on seed, epoch and clip alone.
/// </summary>
internal sealed class BatchAugmenter
{
    private readonly GatherRows gather;
    private readonly SoundAugmenter? sound;
    private readonly FeatureAugmenter? feature;
    private readonly FeatureExtractor? extractor;
    private readonly Normalizer normalizer;
    private readonly Tensor<float>? gathered;
    private readonly Tensor<float>? changed;
    private readonly Tensor<float>? plain;

    /// <summary>Plans for one batch size.</summary>
    /// <param name="device">Where.</param>
    /// <param name="source">The feature chain.</param>
    /// <param name="options">What is changed; something is.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="input">[B, C, T].</param>
    public BatchAugmenter(
        ComputeDevice device, FeatureSource source, AugmentationOptions options, ulong seed, Shape input)
    {
        int batch = input[0];
        normalizer = source.Normalizer;
        if (options.ChangesSound)
        {
            int samples = source.Format.ClipSamples;
            gather = new GatherRows(device, batch, samples);
            sound = new SoundAugmenter(device, options, seed, batch, samples, source.Format.Features.SampleRate);
            extractor = new FeatureExtractor(device, source.Format.Features, batch, samples);
            gathered = device.Allocate<float>(new Shape(batch, samples));
            changed = device.Allocate<float>(new Shape(batch, samples));
        }
        else
        {
            gather = new GatherRows(device, batch, input.Length / batch);
        }

        if (options.ChangesFeatures)
        {
            feature = new FeatureAugmenter(device, options, seed, input, source.Format.Features.StaticRows);
            plain = device.Allocate<float>(input);
        }

        Mixed = options.Mixup > 0 ? feature!.Mixed : null;
    }

    /// <summary>What the clips were mixed with; null where they are not mixed.</summary>
    public MixedTargets? Mixed { get; }

    /// <summary>
    /// Begins a training step with the rows that <paramref name="order"/> names from the training's position on,
    /// changed as their draws for the training's epoch say.
    /// </summary>
    public void BeginStep(
        FeatureSet set, Tensor<int> order, TrainingProgress progress, Tensor<float> input, Tensor<int> targets)
    {
        Tensor<float> features = plain ?? input;
        if (sound is null)
        {
            gather.GatherNext(set.Features, set.Labels, order, progress, features, targets);
        }
        else
        {
            gather.GatherNext(set.RequiredSamples, set.Labels, order, progress, gathered!, targets);
            sound.Apply(gathered!, order, progress, changed!);
            extractor!.Extract(changed!, features);
            normalizer.Apply(features);
        }

        feature?.Apply(features, targets, order, progress, input);
    }
}
