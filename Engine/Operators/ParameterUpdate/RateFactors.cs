// Learning rates by parameter, whatever the optimiser: what its step did is taken in part.
//   p = before + f (p - before)          f = 0 freezes a parameter, weight decay and all, bit for bit
// For optimisers whose step is proportional to the learning rate (all of this library) f p's step is that of the rate
// f learningRate.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Takes a share of an optimiser's step, by element: of what happens between <see cref="Begin"/> and <see cref="End"/>.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RateFactors
{
    private readonly ComputeDevice device;
    private readonly Tensor<float> factors;
    private readonly Tensor<float> before;
    private readonly Kernel<ParameterUpdateKernels.ShareArgs> share;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="factors">f, [N].</param>
    public RateFactors(ComputeDevice device, Tensor<float> factors)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(factors);
        this.device = device;
        this.factors = factors;
        before = device.Allocate<float>(factors.Shape);
        share = device.Load<ParameterUpdateKernels.ShareArgs>(ParameterUpdateKernels.Share);
    }

    /// <summary>Keeps the values as they are before the step.</summary>
    /// <param name="values">p, [N].</param>
    public void Begin(Tensor<float> values) => before.CopyFrom(values);

    /// <summary>Takes the share of what happened since.</summary>
    /// <param name="values">p, [N].</param>
    /// <exception cref="ArgumentException">It has another length than planned.</exception>
    public unsafe void End(Tensor<float> values)
    {
        values.ExpectLength(factors.Length);
        if (device.IsHost)
        {
            device.Workers.Run(
                HostParts.Blocks(factors.Length), HostWork.OfFloats(4L * factors.Length),
                new Body(values.Address, before.Address, factors.Address, factors.Length));
        }
        else
        {
            share.LaunchOver(factors.Length, new ParameterUpdateKernels.ShareArgs(
                values.View, before.View, factors.View, factors.Length));
        }
    }

    /// <summary>The value before for 0, the value after for 1, even where one is not finite.</summary>
    internal static float Between(float before, float after, float factor) =>
        factor == 0f ? before : factor == 1f ? after : before + (factor * (after - before));

    private readonly unsafe struct Body(float* values, float* before, float* factors, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                values[i] = Between(before[i], values[i], factors[i]);
            }
        }
    }
}
