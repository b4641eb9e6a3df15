// Adam, and AdamW where the decay is decoupled, in PyTorch's form, over one flat buffer in one pass. t is the step.
//   g   = gradient + weightDecay p              (AdamW: g = gradient, and p *= 1 - learningRate weightDecay)
//   m   = beta1 m + (1 - beta1) g
//   v   = beta2 v + (1 - beta2) g^2
//   p  -= learningRate m' / (sqrt(v') + epsilon),  m' = m / (1 - beta1^t),  sqrt(v') = sqrt(v) / sqrt(1 - beta2^t)
//   m and v below float32's normal range become 0, see Subnormal.cs
//   gradient = 0                                (gradients accumulate, so the next step starts from nothing)
// 1 - beta^t would cancel in float32; both corrections come from tables made in float64, by the step on the device.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Adam. After Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), and Loshchilov and Hutter,
/// "Decoupled weight decay regularization" (ICLR 2019), in the form that PyTorch has.
/// </summary>
public sealed class Adam : IOptimizer
{
    /// <summary>Where beta^t is less, 1 - beta^t is 1 in float32, and the table ends.</summary>
    private const double Negligible = 1e-9;

    private readonly ComputeDevice device;
    private readonly AdamBuffers buffers;
    private readonly StepClock clock;
    private readonly AdamOptions options;
    private readonly bool inFours;
    private readonly Kernel<AdamKernels.Args> step;

    /// <summary>Plans the optimiser, its moments and its tables.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="parameters">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="clock">Step number and learning rate.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public Adam(
        ComputeDevice device, Tensor<float> parameters, Tensor<float> gradients, StepClock clock,
        AdamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(clock);
        gradients.ExpectLength(parameters.Length);
        this.device = device;
        this.clock = clock;
        this.options = options ?? new AdamOptions();
        this.options.Validate();
        float[] first = Array.ConvertAll(BiasCorrections(this.options.Beta1), c => (float)(1 / c));
        float[] second = Array.ConvertAll(BiasCorrections(this.options.Beta2), c => (float)(1 / Math.Sqrt(c)));
        buffers = new AdamBuffers(
            parameters,
            gradients,
            device.Allocate<float>(new Shape(parameters.Length)),
            device.Allocate<float>(new Shape(parameters.Length)),
            device.Upload<float>(new Shape(first.Length), first),
            device.Upload<float>(new Shape(second.Length), second));
        State = [("exp_avg", buffers.Mean), ("exp_avg_sq", buffers.Square)];
        inFours = FlatRung.InFours(
            device, AdamKernels.Ladder, parameters, gradients, buffers.Mean, buffers.Square);
        step = inFours
            ? device.Load<AdamKernels.Args>(AdamKernels.StepInFours)
            : device.Load<AdamKernels.Args>(AdamKernels.Step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The clock was never advanced (host).</exception>
    public void Step()
    {
        if (device.IsHost)
        {
            AdamHost.Step(device.Workers, buffers, clock, options);
        }
        else
        {
            step.LaunchOver(
                FlatRung.Threads(inFours, buffers.Parameters.Length), new AdamKernels.Args(buffers, clock, options));
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

/// <summary>The tensors of <see cref="Adam"/>: parameters, gradients, moments, and factors by the step.</summary>
/// <param name="Parameters">Parameters, flat.</param>
/// <param name="Gradients">Gradients, flat.</param>
/// <param name="Mean">Running mean of the gradient, m.</param>
/// <param name="Square">Running mean of its square, v.</param>
/// <param name="MeanFactors">1 / (1 - beta1^t) for t from 1.</param>
/// <param name="RootFactors">1 / sqrt(1 - beta2^t) for t from 1.</param>
internal sealed record AdamBuffers(
    Tensor<float> Parameters,
    Tensor<float> Gradients,
    Tensor<float> Mean,
    Tensor<float> Square,
    Tensor<float> MeanFactors,
    Tensor<float> RootFactors);
