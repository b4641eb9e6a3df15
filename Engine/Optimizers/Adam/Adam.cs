// Adam, and AdamW where the decay is decoupled, in PyTorch's form, over one flat buffer in one pass. t is the step.
//   g   = gradient + weightDecay p              (AdamW: g = gradient, and p *= 1 - learningRate weightDecay)
//   m   = beta1 m + (1 - beta1) g
//   v   = beta2 v + (1 - beta2) g^2
//   p  -= learningRate m' / (sqrt(v') + epsilon),  m' = m / (1 - beta1^t),  sqrt(v') = sqrt(v) / sqrt(1 - beta2^t)
//   m and v below float32's normal range become 0, see Subnormal.cs
//   gradient = 0                                (gradients accumulate, so the next step starts from nothing)
// 1 - beta^t would cancel in float32; both corrections come from tables made in float64, by the step on the device.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// Adam. After Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), and Loshchilov and Hutter,
/// "Decoupled weight decay regularization" (ICLR 2019), in the form that PyTorch has.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Adam : IOptimizer
{
    /// <summary>Where beta^t is less, 1 - beta^t is 1 in float32, and the table ends.</summary>
    private const double Negligible = 1e-9;

    private readonly AdamBuffers buffers;
    private readonly AdamSettings settings;
    private readonly bool inFloat4;
    private readonly Kernel<AdamKernels.Args> step;

    /// <summary>Plans Adam, its moments and its tables.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="values">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="progress">Step number and learning rate.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public Adam(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress,
        AdamOptions? options = null)
        : this(new FlatParameters(device, values, gradients, progress), AdamSettings.Of(options ?? new AdamOptions()))
    {
    }

    /// <summary>Plans AdamW, its moments and its tables.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="values">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="progress">Step number and learning rate.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public Adam(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress,
        AdamWOptions options)
        : this(new FlatParameters(device, values, gradients, progress), AdamSettings.Of(options))
    {
    }

    private Adam(FlatParameters flat, AdamSettings settings)
    {
        settings.Validate();
        this.settings = settings;
        float[] first = Array.ConvertAll(BiasCorrections(settings.Beta1), c => (float)(1 / c));
        float[] second = Array.ConvertAll(BiasCorrections(settings.Beta2), c => (float)(1 / Math.Sqrt(c)));
        buffers = new AdamBuffers(
            flat,
            flat.Keep("exp_avg"),
            flat.Keep("exp_avg_sq"),
            flat.Device.Upload<float>(new Shape(first.Length), first),
            flat.Device.Upload<float>(new Shape(second.Length), second));
        inFloat4 = flat.InFloat4(AdamKernels.Ladder);
        step = inFloat4
            ? flat.Device.Load<AdamKernels.Args>(AdamKernels.StepFloat4)
            : flat.Device.Load<AdamKernels.Args>(AdamKernels.Step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State => buffers.Flat.Kept;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No step has begun (host).</exception>
    public void Step()
    {
        FlatParameters flat = buffers.Flat;
        if (flat.Device.IsHost)
        {
            AdamHost.Step(buffers, settings);
        }
        else
        {
            step.LaunchOver(flat.Threads(inFloat4), new AdamKernels.Args(buffers, settings));
        }
    }

    /// <summary>1 - beta^t for t = 1, 2, ... until it is 1, the last entry.</summary>
    internal static double[] BiasCorrections(double beta)
    {
        List<double> corrections = [];
        for (int t = 1; ; t++)
        {
            double power = Math.Pow(beta, t);
            if (power < Negligible)
            {
                corrections.Add(1);
                return [.. corrections];
            }

            corrections.Add(1 - power);
        }
    }
}
