// RMSprop, in PyTorch's form, over one flat buffer in one pass.
//   g   = gradient + weightDecay p
//   v   = alpha v + (1 - alpha) g^2
//   d   = g / (sqrt(v) + epsilon);   centred: m = alpha m + (1 - alpha) g, and v - m^2 under the root
//   b   = momentum b + d
//   p  -= learningRate b             (d itself without momentum)
//   gradient = 0                     (gradients accumulate, so the next step starts from nothing)
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// Gradient descent with steps divided by the gradients' root mean square. After Hinton's lecture "Neural networks for
/// machine learning", 6e (2012), in the form that PyTorch has; centred as in Graves, "Generating sequences" (2013).
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RmsProp : IOptimizer
{
    private readonly FlatParameters flat;
    private readonly Tensor<float> square;
    private readonly Tensor<float>? mean;
    private readonly Tensor<float>? momentum;
    private readonly RmsPropOptions options;
    private readonly Kernel<RmsPropKernels.Args> step;

    /// <summary>Plans the optimiser and its memory.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="values">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="progress">Learning rate.</param>
    /// <param name="options">The settings; null for PyTorch's defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public RmsProp(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress,
        RmsPropOptions? options = null)
    {
        flat = new FlatParameters(device, values, gradients, progress);
        this.options = options ?? new RmsPropOptions();
        this.options.Validate();
        square = flat.Keep("square_avg");
        mean = this.options.Centered ? flat.Keep("grad_avg") : null;
        momentum = this.options.Momentum == 0f ? null : flat.Keep("momentum_buffer");
        step = device.Load<RmsPropKernels.Args>(RmsPropKernels.Step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State => flat.Kept;

    /// <inheritdoc/>
    public void Step()
    {
        if (flat.Device.IsHost)
        {
            RmsPropHost.Step(flat, square, mean, momentum, options);
        }
        else
        {
            step.LaunchOver(flat.Length, new RmsPropKernels.Args(flat, square, mean, momentum, options));
        }
    }
}
