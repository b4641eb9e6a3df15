// Group normalisation: the channels of a clip in G groups of neighbours; each group of each clip is centred and scaled
// by its own statistics, then each channel by what is learnt. The same in training and inference.
//   mean, variance = those of x[b, channels of g, :], variance / n with n = C / G T
//   h            = (x - mean) inverse,   inverse = 1 / sqrt(variance + epsilon)
//   y            = gamma[c] h + beta[c]
// Backward:
//   dBeta[c]  += sum over b, t of dY,   dGamma[c] += sum over b, t of dY h
//   dX         = inverse (g - mean of g - h mean of g h),   g = gamma[c] dY, means over the group
// y, statistics and dX are assigned, dGamma and dBeta accumulate. dX may be dY; y may be x where no backward follows.
// The variance is the mean square of x - mean, summed in a second pass, so a large mean costs no digits.
// Source: Wu and He, "Group normalization" (ECCV 2018); gamma and beta per channel as PyTorch has them.
//
// Bodies: portable, see GroupNormKernels. Host: a group of a clip lies in one piece and stays in the cache for all
// passes; a part is one such group, or as many as fill a block. Sums of a channel over clips: a row a clip in scratch.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Group normalisation of [B, C, T], and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class GroupNorm : INormalization
{
    private readonly ComputeDevice device;
    private readonly GroupNormShape shape;
    private readonly GroupNormNumbers numbers;
    private readonly Kernel<GroupNormKernels.ForwardArgs> forward;
    private readonly Kernel<GroupNormKernels.ParameterArgs> parameters;
    private readonly Kernel<GroupNormKernels.InputArgs> input;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <param name="epsilon">What is added to the variance, above 0; 1e-5 in PyTorch.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public GroupNorm(ComputeDevice device, GroupNormShape shape, float epsilon)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        NormChecks.Epsilon(epsilon);

        this.device = device;
        this.shape = shape;
        numbers = new GroupNormNumbers(shape, epsilon);
        forward = device.Load<GroupNormKernels.ForwardArgs>(GroupNormKernels.Forward);
        parameters = device.Load<GroupNormKernels.ParameterArgs>(GroupNormKernels.ParameterGradients);
        input = device.Load<GroupNormKernels.InputArgs>(GroupNormKernels.InputGradient);
        device.Scratch.Reserve(device.IsHost ? GroupNormHost.ScratchLength(shape) : 0);
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
            GroupNormHost.Forward(device.Workers, numbers, x, gamma, beta, statistics, y);
        }
        else
        {
            forward.Launch(shape.Batch * shape.Groups, GroupSum.Threads(device), new GroupNormKernels.ForwardArgs(
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
            GroupNormHost.Backward(device, numbers, x, gamma, statistics, dY, dGamma, dBeta, dX);
            return;
        }

        // Before dX, which may take the place of dY.
        parameters.Launch(shape.Channels, GroupSum.Threads(device), new GroupNormKernels.ParameterArgs(
            x.View, statistics.View, dY.View, dGamma.View, dBeta.View, numbers));
        if (dX is not null)
        {
            input.Launch(shape.Batch * shape.Groups, GroupSum.Threads(device), new GroupNormKernels.InputArgs(
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
