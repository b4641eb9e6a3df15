using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model;

/// <summary>One network of a <see cref="Classifier"/>, with all that brings a clip to its probabilities.</summary>
internal sealed class ClassifierMember
{
    private readonly ClipBlock block;
    private readonly FeatureLane lane;
    private readonly CroppedForward forward;
    private readonly Softmax softmax;
    private readonly Tensor<float> probabilities;

    /// <summary>Plans it.</summary>
    public ClassifierMember(ComputeDevice device, TrainedModel model)
    {
        Model = model;
        RunConfig config = model.Config;
        lane = new FeatureLane(device, config.Format, rows: 1);
        block = new ClipBlock(config.Format, rows: 1, device.IsHost ? lane.Samples : null);
        forward = new CroppedForward(device, model.Network.PlanFor(1, training: false), config.Cropping);
        softmax = new Softmax(device, 1, config.Labels.Count);
        probabilities = device.Allocate<float>(new Shape(1, config.Labels.Count));
    }

    /// <summary>The network and its run.</summary>
    public TrainedModel Model { get; }

    /// <summary>The probability of each class; of each label by itself where a clip may have several.</summary>
    public float[] ProbabilitiesOf(AudioClip clip, string name)
    {
        block.Clear();
        block.Add(entry: 0, clip, name);
        lane.Compute(block);
        forward.Input.CopyFrom(lane.Features);
        Model.Normalizer.Apply(forward.Input);
        forward.Run();
        if (Model.Thresholds is not null)
        {
            return Array.ConvertAll(forward.Logits.ToArray(), MultiLabelScores.ProbabilityOf);
        }

        softmax.Forward(forward.Logits, probabilities);
        return probabilities.ToArray();
    }
}
