// RMSprop, in PyTorch's form, over one flat buffer in one pass.
//   g   = gradient + weightDecay p
//   v   = alpha v + (1 - alpha) g^2
//   d   = g / (sqrt(v) + epsilon);   centred: m = alpha m + (1 - alpha) g, and v - m^2 under the root
//   b   = momentum b + d
//   p  -= learningRate b             (d itself without momentum)
//   gradient = 0                     (gradients accumulate, so the next step starts from nothing)
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Gradient descent with steps divided by the gradients' root mean square. After Hinton's lecture "Neural networks for
/// machine learning", 6e (2012), in the form that PyTorch has; centred as in Graves, "Generating sequences" (2013).
/// </summary>
public sealed class RmsProp : IOptimizer
{
    private readonly ComputeDevice device;
    private readonly Tensor<float> parameters;
    private readonly Tensor<float> gradients;
    private readonly Tensor<float> square;
    private readonly Tensor<float>? mean;
    private readonly Tensor<float>? momentum;
    private readonly StepClock clock;
    private readonly RmsPropOptions options;
    private readonly Kernel<RmsPropKernels.Args> step;

    /// <summary>Plans the optimiser and its memory.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="parameters">All parameters, flat.</param>
    /// <param name="gradients">Their gradients, element by element.</param>
    /// <param name="clock">Learning rate.</param>
    /// <param name="options">The settings; null for PyTorch's defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the settings make no sense.</exception>
    public RmsProp(
        ComputeDevice device, Tensor<float> parameters, Tensor<float> gradients, StepClock clock,
        RmsPropOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(clock);
        gradients.ExpectLength(parameters.Length);
        this.device = device;
        this.parameters = parameters;
        this.gradients = gradients;
        this.clock = clock;
        this.options = options ?? new RmsPropOptions();
        this.options.Validate();
        var shape = new Shape(parameters.Length);
        square = device.Allocate<float>(shape);
        mean = this.options.Centered ? device.Allocate<float>(shape) : null;
        momentum = this.options.Momentum == 0f ? null : device.Allocate<float>(shape);
        List<(string, Tensor<float>)> state = [("square_avg", square)];
        if (mean is not null)
        {
            state.Add(("grad_avg", mean));
        }

        if (momentum is not null)
        {
            state.Add(("momentum_buffer", momentum));
        }

        State = state;
        step = device.Load<RmsPropKernels.Args>(RmsPropKernels.Step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State { get; }

    /// <inheritdoc/>
    public unsafe void Step()
    {
        if (device.IsHost)
        {
            device.Workers.Run(HostParts.Blocks(parameters.Length), new HostBody(
                parameters.Address, gradients.Address, square.Address, mean is null ? null : mean.Address,
                momentum is null ? null : momentum.Address, parameters.Length, clock.LearningRate.Span[0], options));
        }
        else
        {
            step.LaunchOver(parameters.Length, new RmsPropKernels.Args(
                parameters.View, gradients.View, square.View, (mean ?? square).View, (momentum ?? square).View,
                clock.LearningRate.View, parameters.Length, options));
        }
    }

    /// <summary>The arithmetic of the kernel, split evenly over the workers; limited by memory and division.</summary>
    private readonly unsafe struct HostBody(
        float* parameters, float* gradients, float* square, float* mean, float* momentum, int length,
        float learningRate, RmsPropOptions options) : IHostBody
    {
        private readonly float alpha = options.Alpha;
        private readonly float share = 1f - options.Alpha;
        private readonly float epsilon = options.Epsilon;
        private readonly float keep = options.Momentum;
        private readonly float weightDecay = options.WeightDecay;

        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                float g = gradients[i] + (weightDecay * parameters[i]);
                float v = Subnormal.Flush((alpha * square[i]) + (share * g * g));
                square[i] = v;
                g = v == 0f ? 0f : g;
                if (mean != null)
                {
                    mean[i] = Subnormal.Flush((alpha * mean[i]) + (share * g));
                    v = MathF.Max(0f, v - (mean[i] * mean[i]));
                }

                float direction = g / (MathF.Sqrt(v) + epsilon);
                if (momentum != null)
                {
                    direction = momentum[i] = Subnormal.Flush((keep * momentum[i]) + direction);
                }

                parameters[i] -= learningRate * direction;
                gradients[i] = 0f;
            }
        }
    }
}
