// The exponential moving average of a network's weights and running statistics: what is validated and kept in the place
// of the weights themselves.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>The averages, and how the network takes them on for a while.</summary>
internal sealed class WeightAverage
{
    private readonly (string Name, Tensor<float> Own, Tensor<float> Average, Tensor<float> Spare, MovingAverage Rule)[]
        parts;

    /// <summary>Begins at the network's values.</summary>
    public WeightAverage(Network network, float decay)
    {
        parts =
        [
            .. new[] { ("average", network.Parameters.Values), ("average_state", network.Parameters.State) }
                .Where(one => one.Item2.Length > 0)
                .Select(one => (
                    one.Item1, one.Item2, network.Device.Allocate<float>(one.Item2.Shape),
                    network.Device.Allocate<float>(one.Item2.Shape),
                    new MovingAverage(network.Device, one.Item2.Length, decay))),
        ];
        foreach ((_, Tensor<float> own, Tensor<float> average, _, _) in parts)
        {
            average.CopyFrom(own);
        }
    }

    /// <summary>What a checkpoint keeps.</summary>
    public IEnumerable<(string Name, Tensor<float> Value)> State => parts.Select(one => (one.Name, one.Average));

    /// <summary>Follows the network after a step.</summary>
    public void Follow(TrainingProgress progress)
    {
        foreach ((_, Tensor<float> own, Tensor<float> average, _, MovingAverage rule) in parts)
        {
            rule.Apply(own, average, progress.Step);
        }
    }

    /// <summary>Network and averages change their values: once to use the averages, once more to go on.</summary>
    public void Exchange()
    {
        foreach ((_, Tensor<float> own, Tensor<float> average, Tensor<float> spare, _) in parts)
        {
            spare.CopyFrom(own);
            own.CopyFrom(average);
            average.CopyFrom(spare);
        }
    }
}
