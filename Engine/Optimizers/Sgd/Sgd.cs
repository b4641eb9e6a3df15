// Stochastic gradient descent, in PyTorch's form, over one flat buffer in one pass.
//   g   = gradient + weightDecay p
//   b   = g at step 1, then momentum b + (1 - dampening) g
//   p  -= learningRate d,   d = g without momentum, b with it, g + momentum b with Nesterov's
//   gradient = 0            (gradients accumulate, so the next step starts from nothing)
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum. After Sutskever et al., "On the importance of initialization and momentum
/// in deep learning" (ICML 2013), in the form that PyTorch has.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Sgd : IOptimizer
{
    private readonly FlatParameters flat;
    private readonly Tensor<float>? momentum;
    private readonly SgdOptions options;
    private readonly bool inFloat4;
    private readonly Kernel<SgdKernels.Args> step;

    /// <summary>Plans the optimiser and its momentum.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="values">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="progress">Step number and learning rate.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public Sgd(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress,
        SgdOptions? options = null)
    {
        flat = new FlatParameters(device, values, gradients, progress);
        this.options = options ?? new SgdOptions();
        this.options.Validate();
        momentum = this.options.Momentum == 0f ? null : flat.Keep("momentum_buffer");
        inFloat4 = flat.InFloat4(SgdKernels.Ladder);
        step = inFloat4
            ? device.Load<SgdKernels.Args>(SgdKernels.StepFloat4)
            : device.Load<SgdKernels.Args>(SgdKernels.Step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State => flat.Kept;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No step has begun (host).</exception>
    public void Step()
    {
        if (flat.Device.IsHost)
        {
            SgdHost.Step(flat, momentum, options);
        }
        else
        {
            step.LaunchOver(flat.Threads(inFloat4), new SgdKernels.Args(flat, momentum, options));
        }
    }
}
