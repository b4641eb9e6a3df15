// The batch normalisation behind a convolution or a dense layer, folded into its filters and bias: for inference, where
// the running statistics are constants.
//   scale[k]           = gamma[k] / sqrt(variance[k] + epsilon)
//   foldedWeight[k, .] = weight[k, .] scale[k]
//   foldedBias[k]      = beta[k] + ((bias[k], or 0 where there is none) - mean[k]) scale[k]
// so that the layer with them gives what the layer and BatchNorm1d.Infer give one after the other. Both are assigned,
// and may be the weight and the bias themselves. There is no backward pass.
// Source: Jacob et al., "Quantization and training of neural networks" (CVPR 2018), section 3.2.
//
// Bodies: portable, a thread an element, one launch. Host: filters by parts, a few microseconds for 50,000 weights.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Filters and bias that have a batch normalisation's inference inside.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class BatchNormFold
{
    private readonly ComputeDevice device;
    private readonly int filters;
    private readonly int length;
    private readonly int count;
    private readonly float epsilon;
    private readonly Kernel<BatchNormFoldKernels.FoldArgs> fold;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="weight">[K, ...]: a filter, or an output's weights, for each channel of the normalisation.</param>
    /// <param name="epsilon">What the normalisation adds to the variance, above 0.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public BatchNormFold(ComputeDevice device, Shape weight, float epsilon)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (weight.Length == 0)
        {
            throw new ArgumentException($"there is nothing to fold into a weight of shape {weight}: give it filters");
        }

        NormChecks.Epsilon(epsilon);

        this.device = device;
        this.epsilon = epsilon;
        filters = weight[0];
        count = weight.Length;
        length = count / filters;
        fold = device.Load<BatchNormFoldKernels.FoldArgs>(BatchNormFoldKernels.Fold);
    }

    /// <summary>The folded weight and bias.</summary>
    /// <param name="weight">[K, ...].</param>
    /// <param name="bias">[K], or null where the layer has none.</param>
    /// <param name="gamma">[K].</param>
    /// <param name="beta">[K].</param>
    /// <param name="runningMean">[K].</param>
    /// <param name="runningVariance">[K].</param>
    /// <param name="foldedWeight">[K, ...].</param>
    /// <param name="foldedBias">[K].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Fold(
        Tensor<float> weight, Tensor<float>? bias, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> foldedWeight, Tensor<float> foldedBias)
    {
        weight.ExpectLength(count);
        bias.ExpectLengthIfGiven(filters);
        gamma.ExpectLength(filters);
        beta.ExpectLength(filters);
        runningMean.ExpectLength(filters);
        runningVariance.ExpectLength(filters);
        foldedWeight.ExpectLength(count);
        foldedBias.ExpectLength(filters);
        if (device.IsHost)
        {
            var parts = new HostRowParts(filters, length);
            device.Workers.Run(parts.Count, new HostBody(
                weight.Address, bias is null ? null : bias.Address, gamma.Address, beta.Address, runningMean.Address,
                runningVariance.Address, foldedWeight.Address, foldedBias.Address, parts, length, epsilon));
        }
        else
        {
            fold.LaunchOver(count, new BatchNormFoldKernels.FoldArgs(
                weight.View, (bias ?? beta).View, gamma.View, beta.View, runningMean.View, runningVariance.View,
                foldedWeight.View, foldedBias.View, count, length, bias is not null, epsilon));
        }
    }

    private readonly unsafe struct HostBody(
        float* weight, float* bias, float* gamma, float* beta, float* mean, float* variance, float* foldedWeight,
        float* foldedBias, HostRowParts parts, int length, float epsilon) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = parts.Range(part);
            for (int k = first; k < end; k++)
            {
                float scale = gamma[k] / MathF.Sqrt(variance[k] + epsilon);
                float shift = bias == null ? -mean[k] : bias[k] - mean[k];
                foldedBias[k] = beta[k] + (shift * scale);
                long start = (long)k * length;
                TensorPrimitives.Multiply(
                    new ReadOnlySpan<float>(weight + start, length), scale,
                    new Span<float>(foldedWeight + start, length));
            }
        }
    }
}
