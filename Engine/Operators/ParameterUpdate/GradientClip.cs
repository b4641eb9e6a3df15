// Clipping of gradients by their norm over all parameters, as PyTorch's clip_grad_norm_:
//   norm      = sqrt(sum of g_i^2)
//   g        *= min(1, most / (norm + 1e-6))
// A norm that is not finite makes gradients that are not: training then ends with what diverged, as it would unclipped.
// Squares are added in blocks, in an order that the length alone decides.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Scales gradients down to a norm. After Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
/// networks" (ICML 2013).
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class GradientClip
{
    private const float Epsilon = 1e-6f;

    private readonly ComputeDevice device;
    private readonly int length;
    private readonly float most;
    private readonly int groups;
    private readonly double[] partials;
    private readonly Kernel<ParameterUpdateKernels.SquareSumsArgs> squareSums;
    private readonly Kernel<ParameterUpdateKernels.ClipArgs> clip;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Gradients N.</param>
    /// <param name="most">The greatest norm, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not above 0.</exception>
    public GradientClip(ComputeDevice device, int length, float most)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!(most > 0f))
        {
            throw new ArgumentOutOfRangeException(nameof(most), most, "gradients are clipped to a norm above 0");
        }

        this.device = device;
        this.length = length;
        this.most = most;
        partials = new double[device.IsHost ? HostParts.Blocks(length) : 0];
        groups = device.IsHost ? 0 : GroupSum.Groups(device, length);
        device.Scratch.Reserve(groups);
        squareSums = device.Load<ParameterUpdateKernels.SquareSumsArgs>(ParameterUpdateKernels.SquareSums);
        clip = device.Load<ParameterUpdateKernels.ClipArgs>(ParameterUpdateKernels.Clip);
    }

    /// <summary>Scales the gradients.</summary>
    /// <param name="gradients">[N].</param>
    /// <exception cref="ArgumentException">It has another length than planned.</exception>
    public unsafe void Apply(Tensor<float> gradients)
    {
        gradients.ExpectLength(length);
        if (!device.IsHost)
        {
            ILGPU.ArrayView<float> sums = device.Scratch.Take(groups);
            squareSums.Launch(
                groups, GroupSum.Threads(device),
                new ParameterUpdateKernels.SquareSumsArgs(gradients.View, sums, length));
            clip.LaunchOver(
                length, new ParameterUpdateKernels.ClipArgs(gradients.View, sums, length, groups, most));
            return;
        }

        fixed (double* sums = partials)
        {
            device.Workers.Run(
                partials.Length, HostWork.OfFloats(length), new SumBody(gradients.Address, sums, length));
        }

        float scale = ScaleOf(most, (float)Math.Sqrt(partials.Sum()));
        if (scale != 1f)
        {
            device.Workers.Run(
                partials.Length, HostWork.OfFloats(2L * length), new ScaleBody(gradients.Address, scale, length));
        }
    }

    /// <summary>What gradients of a norm are multiplied by, in float64.</summary>
    /// <param name="most">The greatest norm.</param>
    /// <param name="norm">Their norm.</param>
    public static double Scale(double most, double norm) => Math.Min(1, most / (norm + Epsilon));

    /// <summary>What gradients of a norm are multiplied by: NaN where the norm is.</summary>
    internal static float ScaleOf(float most, float norm)
    {
        float scale = most / (norm + Epsilon);
        return scale >= 1f ? 1f : scale;
    }

    private readonly unsafe struct SumBody(float* gradients, double* sums, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            sums[part] = TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(gradients + start, count));
        }
    }

    private readonly unsafe struct ScaleBody(float* gradients, float scale, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            var block = new Span<float>(gradients + start, count);
            TensorPrimitives.Multiply(block, scale, block);
        }
    }
}
