// Stochastic gradient descent, in PyTorch's form, over one flat buffer in one pass.
//   g   = gradient + weightDecay p
//   b   = g at step 1, then momentum b + (1 - dampening) g
//   p  -= learningRate d,   d = g without momentum, b with it, g + momentum b with Nesterov's
//   gradient = 0            (gradients accumulate, so the next step starts from nothing)
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Stochastic gradient descent with momentum. After Sutskever et al., "On the importance of initialization and momentum
/// in deep learning" (ICML 2013), in the form that PyTorch has.
/// </summary>
public sealed class Sgd : IOptimizer
{
    private readonly ComputeDevice device;
    private readonly Tensor<float> parameters;
    private readonly Tensor<float> gradients;
    private readonly Tensor<float>? momentum;
    private readonly StepClock clock;
    private readonly SgdOptions options;
    private readonly bool inFours;
    private readonly Kernel<SgdKernels.Args> step;

    /// <summary>Plans the optimiser and its momentum.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="parameters">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="clock">Step number and learning rate.</param>
    /// <param name="options">The settings; null for plain descent.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public Sgd(
        ComputeDevice device, Tensor<float> parameters, Tensor<float> gradients, StepClock clock,
        SgdOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(clock);
        gradients.ExpectLength(parameters.Length);
        this.device = device;
        this.parameters = parameters;
        this.gradients = gradients;
        this.clock = clock;
        this.options = options ?? new SgdOptions();
        this.options.Validate();
        momentum = this.options.Momentum == 0f ? null : device.Allocate<float>(new Shape(parameters.Length));
        State = momentum is null ? [] : [("momentum_buffer", momentum)];
        inFours = FlatRung.InFours(device, SgdKernels.Ladder, parameters, gradients, momentum ?? parameters);
        step = inFours
            ? device.Load<SgdKernels.Args>(SgdKernels.StepInFours)
            : device.Load<SgdKernels.Args>(SgdKernels.Step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The clock was never advanced (host).</exception>
    public void Step()
    {
        if (device.IsHost)
        {
            SgdHost.Step(device.Workers, parameters, gradients, momentum, clock, options);
        }
        else
        {
            step.LaunchOver(FlatRung.Threads(inFours, parameters.Length), new SgdKernels.Args(
                parameters.View, gradients.View, (momentum ?? parameters).View, clock.Step.View,
                clock.LearningRate.View, parameters.Length, options));
        }
    }
}
