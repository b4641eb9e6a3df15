// Convolution, bias, ReLU and, where there is one, max-pooling in one pass:
//   y[b,k,j]      = max over l in window j of max(conv(x, weight)[b,k,l] + bias[k], 0)
//   argMax[b,k,j] = the first l that has it
//   dConv[b,k,l]  = sum over j with argMax[b,k,j] = l and y[b,k,j] > 0 of dY[b,k,j]
// and from dConv the gradients of Conv1d: dWeight and dBias accumulate, dX is assigned. Without pooling a window is one
// step, l = j. The same numbers as Conv1d, Relu and MaxPool1d one after the other, without their passes over memory:
// the convolution's output is never written, and on the host neither is its gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Conv1d + bias + ReLU (+ MaxPool1d), fused: [B, C, T] to [B, K, P], and the backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ConvReluPool
{
    private readonly ComputeDevice device;
    private readonly Conv1dShape conv;
    private readonly Pool1dShape? pool;
    private readonly ConvReluPoolHost? host;
    private readonly Conv1d? portable;
    private readonly Tensor<float>? workspace;
    private readonly bool training;
    private readonly ConvolutionPlan plan;
    private readonly Kernel<ConvolutionArgs>? tiled;
    private readonly Kernel<ConvReluPoolKernels.ForwardArgs> forward;
    private readonly Kernel<ConvReluPoolKernels.SpreadArgs> spread;
    private Tensor<float>? dConv;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="conv">The convolution.</param>
    /// <param name="pool">The max-pooling of its output [B, K, L]; null for none.</param>
    /// <param name="rung">
    /// The portable kernels to run, or the highest below where there is none for the shape; none for the device's
    /// choice.
    /// </param>
    /// <param name="training">False: for forward alone; what only backward needs is then left out.</param>
    /// <param name="workspace">
    /// Memory for backward, at least as long as <see cref="Workspace"/> has it; what is in it may change in every
    /// backward pass, and operators that run one after the other can share it. Null: memory of the operator's own,
    /// where it needs any.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A shape is wrong, the two do not fit each other, or the workspace is too small.
    /// </exception>
    public ConvReluPool(
        ComputeDevice device, Conv1dShape conv, Pool1dShape? pool, ConvolutionRung? rung = null, bool training = true,
        Tensor<float>? workspace = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        conv.Validate();
        pool?.Validate();
        if (pool is { } some && some.Input != conv.Output)
        {
            throw new ArgumentException(
                $"a pooling of {some.Input} does not fit a convolution that gives {conv.Output}: plan it for that");
        }

        this.device = device;
        this.conv = conv;
        this.pool = pool;
        this.training = training;
        Output = pool?.Output ?? conv.Output;
        Workspace = training ? WorkspaceOf(device, conv) : null;
        forward = device.Load<ConvReluPoolKernels.ForwardArgs>(ConvReluPoolKernels.Forward);
        spread = device.Load<ConvReluPoolKernels.SpreadArgs>(ConvReluPoolKernels.SpreadGradient);
        if (device.IsHost)
        {
            host = new ConvReluPoolHost(device, conv, pool, training);
        }
        else
        {
            plan = ConvolutionPlan.Fused(device, conv, pool, rung);
            tiled = plan.Load(device);
            portable = training
                ? new Conv1d(device, conv, rung, parts: null, ConvolutionPasses.Backward)
                : null;
        }

        if (Workspace is { } shape)
        {
            this.workspace = workspace ?? device.Allocate<float>(shape);
            if (this.workspace.Length < shape.Length)
            {
                throw new ArgumentException(
                    $"a workspace of {this.workspace.Length} floats came where backward needs {shape.Length}, " +
                    $"{shape}: share one as long as the longest that is needed", nameof(workspace));
            }
        }
    }

    /// <summary>y: [B, K, P], or [B, K, L] where nothing is pooled.</summary>
    public Shape Output { get; }

    /// <summary>
    /// The memory of float32 that backward needs besides its operands: dConv [B, K, L] where portable kernels run; null
    /// for none, on the host and without training.
    /// </summary>
    public Shape? Workspace { get; }

    /// <summary><see cref="Workspace"/> of an operator for training, before there is one.</summary>
    public static Shape? WorkspaceOf(ComputeDevice device, Conv1dShape conv)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.IsHost ? null : conv.Output;
    }

    /// <summary>
    /// Computes once what a forward pass makes of the weights. From here on <see cref="Forward"/> must be given these,
    /// and need not look at them; to be called again when they change. It pays where few clips come at a time.
    /// </summary>
    /// <param name="weight">[K, C / groups, R].</param>
    /// <exception cref="ArgumentException">The tensor has another shape than planned.</exception>
    public void Prepare(Tensor<float> weight)
    {
        weight.Expect(conv.Weight);
        host?.Prepare(weight);
    }

    /// <summary>
    /// y [B, K, P] from x [B, C, T], weight [K, C / groups, R] and bias [K]; argMax [B, K, P], the places of the
    /// maxima in [0, L), where it is asked for (backward needs it). Without pooling argMax is left alone.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(
        Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y, Tensor<int>? argMax)
    {
        x.Expect(conv.Input);
        weight.Expect(conv.Weight);
        bias.ExpectIfGiven(conv.Bias);
        y.Expect(Output);
        argMax.ExpectIfGiven(Output);
        if (host is not null)
        {
            host.Forward(x, weight, bias, y, argMax);
            return;
        }

        bool hasArgMax = pool is not null && argMax is not null;
        if (tiled is not null)
        {
            tiled.Launch(plan.Grid, ConvolutionArgs.Forward(
                conv, x, weight, bias, y, hasArgMax ? argMax : null, pool));
            return;
        }

        forward.LaunchOver(y.Length, new ConvReluPoolKernels.ForwardArgs(
            x.View, weight.View, bias?.View ?? weight.View, y.View, hasArgMax ? argMax!.View : y.View.Cast<int>(),
            bias is not null, hasArgMax, new ConvolutionNumbers(conv), Windows));
    }

    /// <summary>
    /// dWeight += the gradient of weight, dBias += that of bias, dX = that of x (null where nobody needs it), for dY
    /// [B, K, P] and what forward gave: y and, where there is pooling, argMax.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned, or argMax is missing.</exception>
    /// <exception cref="InvalidOperationException">The operator was planned for forward alone.</exception>
    public void Backward(
        Tensor<float> x,
        Tensor<float> weight,
        Tensor<float> y,
        Tensor<float> dY,
        Tensor<int>? argMax,
        Tensor<float> dWeight,
        Tensor<float>? dBias,
        Tensor<float>? dX)
    {
        if (!training)
        {
            throw new InvalidOperationException(
                "this convolution was planned for forward alone: plan it with training: true for its gradients");
        }

        x.Expect(conv.Input);
        weight.Expect(conv.Weight);
        y.Expect(Output);
        dY.Expect(Output);
        argMax.ExpectIfGiven(Output);
        dWeight.Expect(conv.Weight);
        dBias.ExpectIfGiven(conv.Bias);
        dX.ExpectIfGiven(conv.Input);
        if (pool is not null && argMax is null)
        {
            throw new ArgumentException(
                "the places of the maxima are missing: give forward and backward the same argMax tensor",
                nameof(argMax));
        }

        if (host is not null)
        {
            host.Backward(x, weight, y, dY, argMax, dWeight, dBias, dX);
            return;
        }

        bool pooled = pool is not null;
        if (dX is null && portable!.TakesGradientsBehind && pool is null or { Padding: 0 } &&
            pool?.Window == pool?.Stride)
        {
            portable.BackwardWeight(
                x, new OutputGradient(dY, y, argMax, pool?.Window ?? 1, Output[2]), dWeight, dBias);
            return;
        }

        dConv ??= workspace!.Slice(0, conv.Output); // Not before: an arena that it is from may be committed late.
        spread.LaunchOver(conv.Output.Length, new ConvReluPoolKernels.SpreadArgs(
            y.View, dY.View, pooled ? argMax!.View : y.View.Cast<int>(), dConv.View, pooled, Windows));
        portable!.Backward(x, weight, dConv, dWeight, dBias, dX);
    }

    private PoolingNumbers Windows =>
        new(pool ?? new Pool1dShape(conv.Batch, conv.Filters, conv.OutputLength, Window: 1, Stride: 1));
}
