// Weight decay of some of the parameters, before an optimiser's step; s is 1 for those that decay, 0 for the others.
//   decoupled   p *= 1 - learningRate rate s        AdamW's
//   coupled     gradient += rate s p                an L2 penalty
// With s = 1 throughout it is what the optimisers do themselves by their setting weight_decay, which is then 0.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Weight decay by element, so that biases and the gains of a normalisation can be left alone: after Loshchilov and
/// Hutter, "Decoupled weight decay regularization" (ICLR 2019), and PyTorch's parameter groups.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class WeightDecay
{
    private readonly ComputeDevice device;
    private readonly Tensor<float> shares;
    private readonly float rate;
    private readonly bool decoupled;
    private readonly Kernel<ParameterUpdateKernels.DecayArgs> kernel;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shares">s, [N].</param>
    /// <param name="rate">The decay's rate, from 0.</param>
    /// <param name="decoupled">True shrinks the parameters, false adds to their gradients.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 0 or not finite.</exception>
    public WeightDecay(ComputeDevice device, Tensor<float> shares, float rate, bool decoupled)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(shares);
        if (!(rate >= 0f) || !float.IsFinite(rate))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "a weight decay is a finite number from 0");
        }

        this.device = device;
        this.shares = shares;
        this.rate = rate;
        this.decoupled = decoupled;
        kernel = device.Load<ParameterUpdateKernels.DecayArgs>(ParameterUpdateKernels.Decay);
    }

    /// <summary>Shrinks the values, or adds to the gradients.</summary>
    /// <param name="values">p, [N].</param>
    /// <param name="gradients">Their gradients, [N].</param>
    /// <param name="learningRate">The learning rate, [1].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Apply(Tensor<float> values, Tensor<float> gradients, Tensor<float> learningRate)
    {
        values.ExpectLength(shares.Length);
        gradients.ExpectLength(shares.Length);
        learningRate.ExpectLength(1);
        if (device.IsHost)
        {
            float amount = decoupled ? learningRate.Span[0] * rate : rate;
            device.Workers.Run(
                HostParts.Blocks(shares.Length), HostWork.OfFloats(3L * shares.Length),
                new Body(values.Address, gradients.Address, shares.Address, shares.Length, amount, decoupled));
        }
        else
        {
            kernel.LaunchOver(shares.Length, new ParameterUpdateKernels.DecayArgs(
                values.View, gradients.View, shares.View, learningRate.View, shares.Length, rate, decoupled ? 1 : 0));
        }
    }

    private readonly unsafe struct Body(
        float* values, float* gradients, float* shares, int length, float amount, bool decoupled) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                float decay = amount * shares[i];
                if (decoupled)
                {
                    values[i] *= 1f - decay;
                }
                else
                {
                    gradients[i] += decay * values[i];
                }
            }
        }
    }
}
