// Changes a mini-batch on the device, as the draws of its clips say.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>
/// Changes mini-batches of one size. Sound: change, features, normalise. Features: take a stretch, change. Every clip's
/// changes depend on seed, epoch and clip alone.
/// </summary>
internal sealed class BatchAugmenter
{
    private readonly SoundAugmenter? sound;
    private readonly FeatureAugmenter? feature;
    private readonly FeatureExtractor? extractor;
    private readonly Normalizer normalizer;
    private readonly Tensor<float>? changed;
    private readonly Tensor<float>? plain;
    private readonly SoundMixer? mixer;
    private readonly Tensor<float>? mixed;
    private readonly TimeCrop? crop;
    private readonly Tensor<float>? whole;

    /// <summary>Plans for one batch size.</summary>
    /// <param name="device">Where.</param>
    /// <param name="source">The feature chain.</param>
    /// <param name="options">What is changed; something is.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="input">What the network takes, [B, C, T].</param>
    /// <param name="cropping">The stretches of clips that it takes; null for whole clips.</param>
    public BatchAugmenter(
        ComputeDevice device, FeatureSource source, AugmentationOptions options, ulong seed, Shape input,
        Cropping? cropping = null)
    {
        int batch = input[0];
        normalizer = source.Normalizer;
        if (options.ChangesSound)
        {
            int samples = source.Format.ClipSamples;
            sound = new SoundAugmenter(
                device, options, seed, batch, samples, source.Format.Features.SampleRate, source.Background,
                source.Rooms);
            extractor = new FeatureExtractor(device, source.Format.Features, batch, samples);
            Input = device.Allocate<float>(new Shape(batch, samples));
            changed = device.Allocate<float>(new Shape(batch, samples));
            if (options.BetweenClasses > 0)
            {
                mixer = new SoundMixer(device, options, seed, batch, samples, source.Format.Features.SampleRate);
                mixed = device.Allocate<float>(new Shape(batch, samples));
            }
        }
        if (options.ChangesFeatures)
        {
            feature = new FeatureAugmenter(device, options, seed, input, source.Format.Features.StaticRows);
            plain = device.Allocate<float>(input);
        }

        if (cropping is not null)
        {
            var clips = GraphNode.Batched(cropping.Clip, batch);
            crop = new TimeCrop(device, clips, cropping.Frames, seed);
            whole = device.Allocate<float>(clips);
        }

        Input ??= whole ?? plain!;

        Mixed = options.Mixup > 0 ? feature!.Mixed : mixer?.Mixed;
    }

    /// <summary>What the clips were mixed with; null where they are not mixed.</summary>
    public MixedTargets? Mixed { get; }

    /// <summary>Where the rows of a mini-batch go before they are changed: sound, or features.</summary>
    public Tensor<float> Input { get; }

    /// <summary>Changes the rows of <see cref="Input"/> as their draws for the training's epoch say.</summary>
    /// <param name="order">The order of the rows; the mini-batch begins at the training's position.</param>
    /// <param name="progress">Position and epoch.</param>
    /// <param name="input">What the network takes; assigned.</param>
    /// <param name="targets">The labels of the rows.</param>
    public void Apply(Tensor<int> order, TrainingProgress progress, Tensor<float> input, Tensor<int> targets)
    {
        if (sound is not null)
        {
            Tensor<float> features = whole ?? plain ?? input;
            sound.Apply(Input, order, progress, changed!);
            mixer?.Apply(changed!, targets, order, progress, mixed!);
            extractor!.Extract(mixed ?? changed!, features);
            normalizer.Apply(features);
        }

        crop?.ApplyDrawn(whole!, order, progress, plain ?? input);
        feature?.Apply(plain!, targets, order, progress, input);
    }
}
