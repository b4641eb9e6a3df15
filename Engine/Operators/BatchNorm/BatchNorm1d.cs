// Batch normalisation: every channel is centred and scaled by the statistics of the mini-batch, then by what is learnt.
//   training     mean, variance = those of x[:, c, :], variance / n with n = B T
//   inference    mean, variance = the running ones
//   h            = (x - mean) inverse,   inverse = 1 / sqrt(variance + epsilon)
//   y            = gamma h + beta, and max(., 0) of it where ReLU is fused
//   running      <- (1 - momentum) running + momentum (mean; variance n / (n - 1)), in training alone
// Backward, with g = dY where ReLU let y through:
//   dBeta  += sum over b, t of g,   dGamma += sum of g h
//   dX      = gamma inverse (g - mean of g - h mean of g h) in training: mean and inverse depend on x too
//   dX      = gamma inverse g in inference
// y, statistics and dX are assigned, dGamma and dBeta accumulate. dX may be dY; y may not be x.
// The variance is the mean square of x - mean, summed in a second pass, so a large mean costs no digits.
// Source: Ioffe and Szegedy, "Batch normalization" (ICML 2015); momentum and n - 1 as PyTorch has them.
//
// Bodies: portable, a group a channel, one launch. Host: rows where the operators around it have them (NormRows.cs).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Batch normalisation of [B, C, T] or [B, C], with the ReLU that follows it, and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class BatchNorm1d
{
    private readonly ComputeDevice device;
    private readonly BatchNormShape shape;
    private readonly BatchNormNumbers numbers;
    private readonly BatchNorm1dHost? host;
    private readonly Kernel<BatchNorm1dKernels.TrainArgs> train;
    private readonly Kernel<BatchNorm1dKernels.InferArgs> infer;
    private readonly Kernel<BatchNorm1dKernels.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <param name="relu">Whether max(., 0) follows.</param>
    /// <param name="momentum">The share that a mini-batch has in the running statistics, in [0, 1].</param>
    /// <param name="epsilon">What is added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public BatchNorm1d(
        ComputeDevice device, BatchNormShape shape, bool relu = false, float momentum = 0.1f, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        NormChecks.Momentum(momentum);
        NormChecks.Epsilon(epsilon);

        this.device = device;
        this.shape = shape;
        numbers = new BatchNormNumbers(shape, relu, momentum, epsilon);
        train = device.Load<BatchNorm1dKernels.TrainArgs>(BatchNorm1dKernels.Train);
        infer = device.Load<BatchNorm1dKernels.InferArgs>(BatchNorm1dKernels.Infer);
        backward = device.Load<BatchNorm1dKernels.BackwardArgs>(BatchNorm1dKernels.Backward);
        host = device.IsHost ? new BatchNorm1dHost(device, numbers) : null;
    }

    /// <summary>
    /// y by the mini-batch's own statistics, which are left in <paramref name="statistics"/> and move the running ones.
    /// Where a channel has one value alone, it has no variance: y = beta, and the running variance stays.
    /// </summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="statistics">[2, C]: mean and inverse deviation, for <see cref="Backward"/>.</param>
    /// <param name="y">[B, C, T], other memory than x.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Train(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        CheckForward(x, gamma, beta, runningMean, runningVariance, statistics, y);
        if (host is not null)
        {
            host.Train(x, gamma, beta, runningMean, runningVariance, statistics, y);
        }
        else
        {
            train.Launch(shape.Channels, GroupSum.Threads(device), new BatchNorm1dKernels.TrainArgs(
                x.View, gamma.View, beta.View, runningMean.View, runningVariance.View, statistics.View, y.View,
                numbers));
        }
    }

    /// <summary>y by the running statistics.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="statistics">[2, C]: mean and inverse deviation, for <see cref="Backward"/>.</param>
    /// <param name="y">[B, C, T], other memory than x.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Infer(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        CheckForward(x, gamma, beta, runningMean, runningVariance, statistics, y);
        if (host is not null)
        {
            host.Infer(x, gamma, beta, runningMean, runningVariance, statistics, y);
        }
        else
        {
            infer.LaunchOver(y.Length, new BatchNorm1dKernels.InferArgs(
                x.View, gamma.View, beta.View, runningMean.View, runningVariance.View, statistics.View, y.View,
                numbers));
        }
    }

    /// <summary>dGamma += ..., dBeta += ..., dX = ... for dY.</summary>
    /// <param name="x">[B, C, T], as forward had it.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="statistics">[2, C], as forward left them.</param>
    /// <param name="dY">[B, C, T].</param>
    /// <param name="dGamma">[C].</param>
    /// <param name="dBeta">[C].</param>
    /// <param name="dX">[B, C, T], or null where nobody needs it; may be dY.</param>
    /// <param name="trained">True after <see cref="Train"/>, false after <see cref="Infer"/>.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Backward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics, Tensor<float> dY,
        Tensor<float> dGamma, Tensor<float> dBeta, Tensor<float>? dX, bool trained = true)
    {
        Check(x, gamma, beta, statistics);
        dY.ExpectLength(shape.Values.Length);
        dX.ExpectLengthIfGiven(shape.Values.Length);
        dGamma.ExpectLength(shape.Channels);
        dBeta.ExpectLength(shape.Channels);
        if (host is not null)
        {
            host.Backward(x, gamma, beta, statistics, dY, dGamma, dBeta, dX, trained);
        }
        else
        {
            backward.Launch(shape.Channels, GroupSum.Threads(device), new BatchNorm1dKernels.BackwardArgs(
                x.View, gamma.View, beta.View, statistics.View, dY.View, dGamma.View, dBeta.View,
                (dX ?? dY).View, numbers, trained, dX is not null));
        }
    }

    private void CheckForward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        Check(x, gamma, beta, statistics);
        y.ExpectLength(shape.Values.Length);
        runningMean.ExpectLength(shape.Channels);
        runningVariance.ExpectLength(shape.Channels);
    }

    private void Check(Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics)
    {
        x.ExpectLength(shape.Values.Length);
        gamma.ExpectLength(shape.Channels);
        beta.ExpectLength(shape.Channels);
        statistics.ExpectLength(shape.Statistics.Length);
    }
}
