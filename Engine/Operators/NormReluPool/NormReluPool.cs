// Batch normalisation by the mini-batch, ReLU and max-pooling whose windows touch, in one pass over x:
//   h         = gamma (x - mean) inverse + beta        mean, inverse and the running statistics as BatchNorm1d has them
//   y[b,c,j]  = max(max over l in window j of h[b,c,l], 0),   window j = [W j, W j + W), P = floor(T / W) windows
// Backward, with l(j) the first l of window j that has its maximum, and g[b,c,l] = dY[b,c,j] where l = l(j) and
// y[b,c,j] > 0, else 0:
//   dBeta  += sum over b, l of g,   dGamma += sum of g h',   h' = (x - mean) inverse
//   dX      = gamma inverse (g - mean of g - h' mean of g h')
// The same as BatchNorm1d, Relu and MaxPool1d one after the other; neither h nor its gradient nor the places of the
// maxima are stored: backward finds them again in x. y, statistics and dX are assigned, dGamma and dBeta accumulate.
//
// Bodies: portable, a group a channel, one launch each way; forward also as phases of the launch of the convolution
// before it (ConvolutionNormArgs.cs). Host: rows where the operators around it have them (NormRows.cs); windows of 2 and
// 4 are dealt out to vectors, those of 1 are none, others go one by one.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Batch normalisation in training + ReLU + max-pooling, fused: [B, C, T] to [B, C, P], and backward.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class NormReluPool
{
    private readonly ComputeDevice device;
    private readonly BatchNormShape shape;
    private readonly BatchNormNumbers numbers;
    private readonly int window;
    private readonly NormRows<PooledNormRow>? host;
    private readonly Kernel<NormReluPoolKernels.TrainArgs> train;
    private readonly Kernel<NormReluPoolKernels.BackwardArgs> backward;
    private readonly Tensor<int>? counters;
    private readonly Tensor<float>? moments;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">Of x.</param>
    /// <param name="window">Steps of a window, which is also the stride: 1 to T.</param>
    /// <param name="momentum">The share that a mini-batch has in the running statistics, in [0, 1].</param>
    /// <param name="epsilon">What is added to the variance, above 0.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public NormReluPool(
        ComputeDevice device, BatchNormShape shape, int window, float momentum = 0.1f, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        NormChecks.Momentum(momentum);
        NormChecks.Epsilon(epsilon);
        if (window < 1 || window > shape.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(window), window, $"windows over {shape.Length} steps have 1 to {shape.Length}");
        }

        this.device = device;
        this.shape = shape;
        this.window = window;
        numbers = new BatchNormNumbers(shape, relu: true, momentum, epsilon);
        Output = new Shape(shape.Batch, shape.Channels, shape.Length / window);
        train = device.Load<NormReluPoolKernels.TrainArgs>(NormReluPoolKernels.Train);
        backward = device.Load<NormReluPoolKernels.BackwardArgs>(NormReluPoolKernels.Backward);
        if (!device.IsHost)
        {
            counters = device.Allocate<int>(new Shape(
                LaunchPhases.CountersOf(ConvolutionNormArgs.Phases) + shape.Channels));
            moments = device.Allocate<float>(new Shape(
                ConvolutionNormArgs.MomentsOf(shape.Channels, numbers.Count)));
        }
        else
        {
            host = new NormRows<PooledNormRow>(
                device, numbers, new PooledNormRow(numbers, window), Conv1dHost.LeastPiece(shape.Length));
        }
    }

    /// <summary>y: [B, C, P].</summary>
    public Shape Output { get; }

    /// <summary>y by the mini-batch's own statistics, which move the running ones.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="statistics">[2, C]: mean and inverse deviation, for <see cref="Backward"/>.</param>
    /// <param name="y">[B, C, P].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Train(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        Check(x, gamma, beta, statistics, y);
        runningMean.ExpectLength(shape.Channels);
        runningVariance.ExpectLength(shape.Channels);
        if (host is not null)
        {
            host.TakeMoments(x.Address);
            TrainOnHost(shape.Length, x, gamma, beta, runningMean, runningVariance, statistics, y);
        }
        else
        {
            train.Launch(
                shape.Channels, GroupSum.Threads(device),
                TrainArgs(x, gamma, beta, runningMean, runningVariance, statistics, y));
        }
    }

    /// <summary>
    /// True where <see cref="Train(Conv1d, Tensor{float}, Tensor{float}, Tensor{float}, Tensor{float}, Tensor{float},
    /// Tensor{float}, Tensor{float}, Tensor{float}, Tensor{float}, Tensor{float})"/> takes a convolution: on a GPU
    /// other than OpenCL's, on rung 3 and up, of up to 1,024 tiles.
    /// </summary>
    public bool Takes(Conv1d convolution)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        return convolution.Output == shape.Values && (host is not null || (convolution.ForwardTiles is { } tiles &&
            tiles.Grid.GridDim.X * tiles.Grid.GridDim.Y <= ConvolutionNormArgs.MostTiles));
    }

    /// <summary>A convolution and <see cref="Train(Tensor{float}, Tensor{float}, Tensor{float}, Tensor{float},
    /// Tensor{float}, Tensor{float}, Tensor{float})"/> of what it gives, in one launch; on the host the convolution takes
    /// the moments of its rows.</summary>
    /// <param name="convolution">The convolution; its output is this operator's x.</param>
    /// <param name="input">Its input.</param>
    /// <param name="weight">Its weights.</param>
    /// <param name="bias">Its bias, or none.</param>
    /// <param name="x">What it gives, [B, C, T], assigned.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="statistics">[2, C]: mean and inverse deviation, for <see cref="Backward"/>.</param>
    /// <param name="y">[B, C, P].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">It does not take it: see <see cref="Takes"/>.</exception>
    public void Train(
        Conv1d convolution, Tensor<float> input, Tensor<float> weight, Tensor<float>? bias, Tensor<float> x,
        Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean, Tensor<float> runningVariance,
        Tensor<float> statistics, Tensor<float> y)
    {
        Check(x, gamma, beta, statistics, y);
        runningMean.ExpectLength(shape.Channels);
        runningVariance.ExpectLength(shape.Channels);
        bool takes = Takes(convolution);
        if (takes && host is not null)
        {
            convolution.ForwardWithMoments(input, weight, bias, x, host.Moments(convolution.Piece));
            TrainOnHost(convolution.Piece, x, gamma, beta, runningMean, runningVariance, statistics, y);
            return;
        }

        if (!takes || convolution.ForwardTiles is not { } tiles)
        {
            throw new InvalidOperationException(
                "this convolution and its normalisation are not one launch here: run one after the other");
        }

        var args = new ConvolutionNormArgs(
            convolution.ForwardArgs(input, weight, bias, x), tiles.Grid,
            TrainArgs(x, gamma, beta, runningMean, runningVariance, statistics, y), moments!.View, counters!.View);
        Kernel<ConvolutionNormArgs> kernel = device.Load<ConvolutionNormArgs>(tiles.Rung switch
        {
            ConvolutionRung.Registers => Conv1dRegisterKernels.Normalized4x6,
            ConvolutionRung.Registers8x8 => Conv1dRegisterKernels.Normalized8x8,
            _ => Conv1dTensorKernels.Normalized,
        });
        kernel.Launch(args.AllGroups, Conv1dRegisterKernels.Threads, args);
    }

    /// <summary>dGamma += ..., dBeta += ..., dX = ... for dY.</summary>
    /// <param name="x">[B, C, T], as forward had it.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="statistics">[2, C], as forward left them.</param>
    /// <param name="dY">[B, C, P].</param>
    /// <param name="dGamma">[C].</param>
    /// <param name="dBeta">[C].</param>
    /// <param name="dX">[B, C, T], or null where nobody needs it.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Backward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics, Tensor<float> dY,
        Tensor<float> dGamma, Tensor<float> dBeta, Tensor<float>? dX)
    {
        Check(x, gamma, beta, statistics, dY);
        dX.ExpectLengthIfGiven(shape.Values.Length);
        dGamma.ExpectLength(shape.Channels);
        dBeta.ExpectLength(shape.Channels);
        if (host is not null)
        {
            host.Backward(
                x.Address, gamma.Address, beta.Address, statistics.Address, dY.Address, dGamma.Address, dBeta.Address,
                dX is null ? null : dX.Address, trained: true);
        }
        else
        {
            backward.Launch(shape.Channels, GroupSum.Threads(device), new NormReluPoolKernels.BackwardArgs(
                x.View, gamma.View, beta.View, statistics.View, dY.View, dGamma.View, dBeta.View, (dX ?? x).View,
                numbers, window, Output[2], dX is not null));
        }
    }

    private unsafe void TrainOnHost(
        int piece, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y) => host!.Train(
            piece, x.Address, gamma.Address, beta.Address, runningMean.Address, runningVariance.Address,
            statistics.Address, y.Address);

    private NormReluPoolKernels.TrainArgs TrainArgs(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y) => new(
            new BatchNorm1dKernels.TrainArgs(
                x.View, gamma.View, beta.View, runningMean.View, runningVariance.View, statistics.View, y.View,
                numbers),
            window, Output[2]);

    private void Check(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics, Tensor<float> y)
    {
        x.ExpectLength(shape.Values.Length);
        gamma.ExpectLength(shape.Channels);
        beta.ExpectLength(shape.Channels);
        statistics.ExpectLength(shape.Statistics.Length);
        y.ExpectLength(Output.Length);
    }
}
