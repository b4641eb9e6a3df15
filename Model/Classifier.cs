// The class a programmer uses: load a run, give it a sound, get labels.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model;

/// <summary>A class and how probable the network holds it.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">In [0, 1]; over all classes they sum to 1.</param>
public sealed record LabelProbability(string Label, double Probability);

/// <summary>What a classifier says of one sound.</summary>
/// <param name="Ranked">All classes, most probable first.</param>
public sealed record Prediction(IReadOnlyList<LabelProbability> Ranked)
{
    /// <summary>The most probable class.</summary>
    public string Label => Ranked[0].Label;

    /// <summary>Its probability.</summary>
    public double Probability => Ranked[0].Probability;
}

/// <summary>
/// A trained classifier on a device of its own.
/// <code>
/// using var classifier = Classifier.Load("runs/digits");
/// Console.WriteLine(classifier.Predict("seven.wav").Label);
/// </code>
/// </summary>
public sealed class Classifier : IDisposable
{
    private readonly ComputeDevice device;
    private readonly TrainedModel model;
    private readonly ClipBatch batch;
    private readonly Tensor<float> probabilities;
    private readonly FeatureExtractor extractor;
    private readonly NetworkPlan plan;
    private readonly Softmax softmax;

    private Classifier(ComputeDevice device, TrainedModel model)
    {
        this.device = device;
        this.model = model;
        RunConfig config = model.Config;
        batch = new ClipBatch(device, config.Format, 1);
        extractor = new FeatureExtractor(device, config.Features, 1, config.ClipSamples);
        plan = model.Network.PlanFor(1, training: false);
        softmax = new Softmax(device, 1, config.Labels.Count);
        probabilities = device.Allocate<float>(new Shape(1, config.Labels.Count));
    }

    /// <summary>The classes, in the order of the network's outputs.</summary>
    public IReadOnlyList<string> Labels => model.Config.Labels;

    /// <summary>Loads what <c>nativecnn train</c> left.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <param name="device">A device's selector, see <see cref="DeviceCatalog"/>.</param>
    /// <exception cref="RunException">The folder is no run, or is damaged.</exception>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static Classifier Load(string runFolder, string device = "auto")
    {
        ComputeDevice opened = ComputeDevice.Open(device);
        try
        {
            return new Classifier(opened, TrainedModel.Load(opened, runFolder));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Classifies a sound file of any sample rate and length.</summary>
    /// <exception cref="AudioFormatException">The file is no sound that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Prediction Predict(string path)
    {
        return Predict(AudioFile.Read(path), path);
    }

    /// <summary>Classifies samples.</summary>
    /// <param name="sound">Mono samples in [-1, 1].</param>
    /// <param name="sampleRate">Their rate in hertz.</param>
    /// <exception cref="AudioFormatException">The rate cannot be brought to the run's.</exception>
    public Prediction Predict(ReadOnlySpan<float> sound, int sampleRate) =>
        Predict(new AudioClip(sound.ToArray(), sampleRate, 1, 32, AudioEncoding.IeeeFloat), "the sound");

    private Prediction Predict(AudioClip clip, string name)
    {
        batch.Load([SampleSource.Cut(clip, name, model.Config.Format)], 0, 1);
        extractor.Extract(batch.Samples, plan.Input);
        model.Normalizer.Apply(plan.Input);
        plan.Forward();
        softmax.Forward(plan.Logits, probabilities);
        float[] values = probabilities.ToArray();
        return new Prediction([.. values
            .Select((value, i) => new LabelProbability(Labels[i], value))
            .OrderByDescending(one => one.Probability)]);
    }

    /// <inheritdoc/>
    public void Dispose() => device.Dispose();
}
