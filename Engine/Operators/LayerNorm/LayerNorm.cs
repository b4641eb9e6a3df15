// Layer normalisation over channels: every time step of every clip is centred and scaled by the statistics of its own
// channels, then each channel by what is learnt. The same in training and inference.
//   mean, variance = those of x[b, :, t], variance / C
//   h            = (x - mean) inverse,   inverse = 1 / sqrt(variance + epsilon)
//   y            = gamma[c] h + beta[c]
// Backward:
//   dBeta[c]  += sum over b, t of dY,   dGamma[c] += sum over b, t of dY h
//   dX         = inverse (g - mean of g - h mean of g h),   g = gamma[c] dY, means over the channels
// y, statistics and dX are assigned, dGamma and dBeta accumulate. dX may be dY; y may be x where no backward follows.
// The variance is the mean square of x - mean, summed in a second pass, so a large mean costs no digits.
// Source: Ba, Kiros and Hinton, "Layer normalization" (2016); as PyTorch's LayerNorm(C) on x with C as last dimension.
//
// Bodies: portable, see LayerNormKernels. Host: tiles of time steps, vectors along time, sums over channels; [B, C] has
// a body of its own with vectors along the channels.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Layer normalisation of [B, C, T] or [B, C] over the channels, and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class LayerNorm : INormalization
{
    private readonly ComputeDevice device;
    private readonly LayerNormShape shape;
    private readonly LayerNormNumbers numbers;
    private readonly Kernel<LayerNormKernels.ForwardArgs> forward;
    private readonly Kernel<LayerNormKernels.ParameterArgs> parameters;
    private readonly Kernel<LayerNormKernels.InputArgs> input;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <param name="epsilon">What is added to the variance, above 0; 1e-5 in PyTorch.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public LayerNorm(ComputeDevice device, LayerNormShape shape, float epsilon)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        NormChecks.Epsilon(epsilon);

        this.device = device;
        this.shape = shape;
        numbers = new LayerNormNumbers(shape, epsilon);
        forward = device.Load<LayerNormKernels.ForwardArgs>(LayerNormKernels.Forward);
        parameters = device.Load<LayerNormKernels.ParameterArgs>(LayerNormKernels.ParameterGradients);
        input = device.Load<LayerNormKernels.InputArgs>(LayerNormKernels.InputGradient);
        device.Scratch.Reserve(device.IsHost ? LayerNormHost.ScratchLength(shape) : 0);
    }

    /// <inheritdoc/>
    public void Forward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics, Tensor<float> y)
    {
        Check(x, gamma, statistics);
        beta.ExpectLength(shape.Channels);
        y.ExpectLength(shape.Values.Length);
        if (device.IsHost)
        {
            LayerNormHost.Forward(device.Workers, numbers, x, gamma, beta, statistics, y);
        }
        else
        {
            forward.Launch(numbers.Tiles, GroupSum.Threads(device), new LayerNormKernels.ForwardArgs(
                x.View, gamma.View, beta.View, statistics.View, y.View, numbers));
        }
    }

    /// <inheritdoc/>
    public void Backward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma,
        Tensor<float> dBeta, Tensor<float>? dX)
    {
        Check(x, gamma, statistics);
        dY.ExpectLength(shape.Values.Length);
        dX.ExpectLengthIfGiven(shape.Values.Length);
        dGamma.ExpectLength(shape.Channels);
        dBeta.ExpectLength(shape.Channels);
        if (device.IsHost)
        {
            LayerNormHost.Backward(device, numbers, x, gamma, statistics, dY, dGamma, dBeta, dX);
            return;
        }

        // Before dX, which may take the place of dY.
        parameters.Launch(shape.Channels, GroupSum.Threads(device), new LayerNormKernels.ParameterArgs(
            x.View, statistics.View, dY.View, dGamma.View, dBeta.View, numbers));
        if (dX is not null)
        {
            input.Launch(numbers.Tiles, GroupSum.Threads(device), new LayerNormKernels.InputArgs(
                x.View, gamma.View, statistics.View, dY.View, dX.View, numbers));
        }
    }

    private void Check(Tensor<float> x, Tensor<float> gamma, Tensor<float> statistics)
    {
        x.ExpectLength(shape.Values.Length);
        gamma.ExpectLength(shape.Channels);
        statistics.ExpectLength(shape.Statistics.Length);
    }
}
