// What all optimisers of this library have in common: the parameters that they move, in one flat buffer, the buffers
// of the same length that they keep between steps, and the choice between one parameter a thread and four.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>All parameters of a network, flat, and what an optimiser keeps of each between steps.</summary>
internal sealed class FlatParameters
{
    private readonly List<(string Name, Tensor<float> Value)> kept = [];

    /// <summary>Takes the parameters.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public FlatParameters(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(progress);
        gradients.ExpectLength(values.Length);
        Device = device;
        Values = values;
        Gradients = gradients;
        Progress = progress;
    }

    public ComputeDevice Device { get; }

    /// <summary>The parameters, [N].</summary>
    public Tensor<float> Values { get; }

    /// <summary>Their gradients, [N].</summary>
    public Tensor<float> Gradients { get; }

    /// <summary>Step number and learning rate.</summary>
    public TrainingProgress Progress { get; }

    /// <summary>N.</summary>
    public int Length => Values.Length;

    /// <summary>What was allocated by <see cref="Keep"/>: <see cref="IOptimizer.State"/>.</summary>
    public IReadOnlyList<(string Name, Tensor<float> Value)> Kept => kept;

    /// <summary>Allocates a buffer of N zeros that lasts from step to step.</summary>
    /// <param name="name">Its name in checkpoints: PyTorch's.</param>
    public Tensor<float> Keep(string name)
    {
        Tensor<float> value = Device.Allocate<float>(new Shape(Length));
        kept.Add((name, value));
        return value;
    }

    /// <summary>
    /// Chooses the rung of a ladder: true for 3, four parameters a thread, where all buffers can be read as Float4, and
    /// false for 1. Call it after <see cref="Keep"/>.
    /// </summary>
    public bool InFloat4(string ladder)
    {
        if (Device.IsHost)
        {
            return false;
        }

        bool can = Float4.CanRead(Values.View) && Float4.CanRead(Gradients.View) &&
            kept.TrueForAll(one => Float4.CanRead(one.Value.View));
        int highest = can ? 3 : 1;
        return Device.Rungs.Choose(ladder, $"{Length} parameters", byDefault: highest, highest) == 3;
    }

    /// <summary>Threads that the rung has work for; the first of them do what is left after these.</summary>
    public int Threads(bool inFloat4) => inFloat4 ? (Length + 3) / 4 : Length;
}
