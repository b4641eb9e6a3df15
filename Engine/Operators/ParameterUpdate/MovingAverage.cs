// The exponential moving average of parameters over the steps of a training.
//   average += (1 - d) (p - average),  d = min(decay, (1 + t) / (10 + t))      t: the step, from 1
// Early on the average follows faster, so that it forgets the initial weights: TensorFlow's ExponentialMovingAverage
// with its num_updates. The average starts where it was put.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The exponential moving average of a tensor. After Polyak and Juditsky, "Acceleration of stochastic approximation by
/// averaging" (1992).
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MovingAverage
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly float decay;
    private readonly Kernel<ParameterUpdateKernels.AverageArgs> average;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements N.</param>
    /// <param name="decay">What is kept of the average at a step, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not in [0, 1).</exception>
    public MovingAverage(ComputeDevice device, int length, float decay)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!(decay is >= 0f and < 1f))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "a moving average's decay is in [0, 1)");
        }

        this.device = device;
        this.length = length;
        this.decay = decay;
        average = device.Load<ParameterUpdateKernels.AverageArgs>(ParameterUpdateKernels.Average);
    }

    /// <summary>Moves the averages towards the values.</summary>
    /// <param name="values">p, [N].</param>
    /// <param name="averages">Their averages, [N].</param>
    /// <param name="step">The step, from 1, [1].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Apply(Tensor<float> values, Tensor<float> averages, Tensor<int> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        values.ExpectLength(length);
        averages.ExpectLength(length);
        if (device.IsHost)
        {
            device.Workers.Run(
                HostParts.Blocks(length), HostWork.OfFloats(3L * length),
                new Body(values.Address, averages.Address, length, ShareOf(decay, step.Span[0])));
        }
        else
        {
            average.LaunchOver(
                length,
                new ParameterUpdateKernels.AverageArgs(values.View, averages.View, step.View, length, decay));
        }
    }

    /// <summary>1 - d.</summary>
    internal static float ShareOf(float decay, int step)
    {
        float early = (1f + step) / (10f + step);
        return 1f - (early < decay ? early : decay);
    }

    private readonly unsafe struct Body(float* values, float* averages, int length, float share) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                averages[i] += share * (values[i] - averages[i]);
            }
        }
    }
}
