// One clip through a trained model: waveform, features, normalised features, logits, probabilities.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>
/// The stages between a clip and its probabilities, on the model's device: all of them at once, or one by one. Memory
/// of the normalised features is the network's own, and holds until its forward pass.
/// </summary>
internal sealed class ClipPass
{
    private readonly ClipBlock block;
    private readonly FeatureLane lane;
    private readonly CroppedForward forward;
    private readonly Softmax softmax;
    private readonly Tensor<float> probabilities;

    /// <summary>Plans it.</summary>
    public ClipPass(TrainedModel model)
    {
        Model = model;
        RunConfig config = model.Config;
        ComputeDevice device = model.Network.Device;
        lane = new FeatureLane(device, config.Format, rows: 1);
        block = new ClipBlock(config.Format, rows: 1, device.IsHost ? lane.Samples : null);
        forward = new CroppedForward(device, model.Network.PlanFor(1, training: false), config.Cropping);
        softmax = new Softmax(device, 1, config.Labels.Count);
        probabilities = device.Allocate<float>(new Shape(1, config.Labels.Count));
    }

    /// <summary>The network and its run.</summary>
    public TrainedModel Model { get; }

    /// <summary>The clip at the run's rate, cut or padded to its length, [1, samples].</summary>
    public Tensor<float> Waveform => lane.Samples;

    /// <summary>Its features, [1, C, T].</summary>
    public Tensor<float> Features => lane.Features;

    /// <summary>The features of whole clips as the network is given them, [1, C, T].</summary>
    public Tensor<float> Normalized => forward.Input;

    /// <summary>Computes <see cref="Waveform"/> and <see cref="Features"/>.</summary>
    public void Hear(AudioClip clip, string name)
    {
        block.Clear();
        block.Add(entry: 0, clip, name);
        lane.Compute(block);
    }

    /// <summary>Computes <see cref="Normalized"/> from <see cref="Features"/>.</summary>
    public void Normalize()
    {
        forward.Input.CopyFrom(lane.Features);
        Model.Normalizer.Apply(forward.Input);
    }

    /// <summary>Puts the first stretch of <see cref="Normalized"/> to the network's input, or all.</summary>
    public void Place() => forward.Place(0);

    /// <summary>The logits of <see cref="Normalized"/>, [1, classes].</summary>
    public Tensor<float> Run()
    {
        forward.Run();
        return forward.Logits;
    }

    /// <summary>The probability of each class; of each label by itself where a clip may have several.</summary>
    public float[] ProbabilitiesOf(AudioClip clip, string name)
    {
        Hear(clip, name);
        Normalize();
        return ProbabilitiesOf(Run());
    }

    /// <summary>The same from logits, [1, classes].</summary>
    public float[] ProbabilitiesOf(Tensor<float> logits)
    {
        if (Model.Thresholds is not null)
        {
            return Array.ConvertAll(logits.ToArray(), MultiLabelScores.ProbabilityOf);
        }

        softmax.Forward(logits, probabilities);
        return probabilities.ToArray();
    }
}
