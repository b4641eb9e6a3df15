// One-dimensional convolution (cross-correlation, as PyTorch's Conv1d), g = group of filter k:
//   y[b,k,l]   = bias[k] + sum_{c in g} sum_r weight[k,c,r] x[b,c,l stride - padding + r dilation]
//   dX[b,c,t]  = sum_{k in g} sum_r weight[k,c,r] dY[b,k,l]       over l stride - padding + r dilation = t
//   dWeight[k,c,r] += sum_b sum_l dY[b,k,l] x[b,c,l stride - padding + r dilation]
//   dBias[k]       += sum_b sum_l dY[b,k,l]
// Derivation: y is linear in x and in weight; each product of the first line hands dY times its other factor back.
// padding is what stands before the first step; that after the last only makes L longer. x is 0 outside [0, T).
// dX is assigned, dWeight and dBias accumulate. No tensor may overlap another.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Convolves [B, C, T] over time with K filters of R taps to [B, K, L]; and the backward passes.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Conv1d
{
    private readonly ComputeDevice device;
    private readonly Conv1dShape shape;
    private readonly ConvolutionPasses passes;
    private readonly Conv1dHost? host;
    private readonly Kernel<Conv1dKernels.ForwardArgs> forward;
    private readonly Kernel<Conv1dKernels.BackwardInputArgs> backwardInput;
    private readonly Kernel<Conv1dKernels.BackwardWeightArgs> backwardWeight;
    private readonly Kernel<Conv1dKernels.BackwardBiasArgs> backwardBias;
    private readonly ConvolutionPlan forwardPlan;
    private readonly ConvolutionPlan inputPlan;
    private readonly ConvolutionPlan weightPlan;
    private readonly Kernel<ConvolutionArgs>? forwardTiled;
    private readonly Kernel<ConvolutionArgs>? inputTiled;
    private readonly Kernel<WeightGradientArgs>? weightTiled;
    private readonly Kernel<ConvolutionBackwardArgs>? backwardTiled;
    private readonly Tensor<int>? arrivals;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <param name="rung">
    /// The portable kernels to run, or the highest below where there is none for the shape; none for the device's
    /// choice.
    /// </param>
    /// <param name="training">False: for forward alone; what only backward needs is then left out.</param>
    /// <exception cref="ArgumentException">The shape describes no convolution.</exception>
    public Conv1d(ComputeDevice device, Conv1dShape shape, ConvolutionRung? rung = null, bool training = true)
        : this(
            device, shape, rung, parts: null, training ? ConvolutionPasses.Training : ConvolutionPasses.Forward)
    {
    }

    /// <summary>
    /// Plans the operator with a number of parts for the gradient of the weights, for tests; or for some passes.
    /// </summary>
    internal Conv1d(
        ComputeDevice device, Conv1dShape shape, ConvolutionRung? rung, int? parts,
        ConvolutionPasses passes = ConvolutionPasses.Training)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        this.device = device;
        this.shape = shape;
        this.passes = passes;
        host = device.IsHost ? new Conv1dHost(device, shape, passes) : null;
        forward = device.Load<Conv1dKernels.ForwardArgs>(Conv1dKernels.Forward);
        backwardInput = device.Load<Conv1dKernels.BackwardInputArgs>(Conv1dKernels.BackwardInput);
        backwardWeight = device.Load<Conv1dKernels.BackwardWeightArgs>(Conv1dKernels.BackwardWeight);
        backwardBias = device.Load<Conv1dKernels.BackwardBiasArgs>(Conv1dKernels.BackwardBias);
        if (host is not null)
        {
            return;
        }

        if (passes.HasFlag(ConvolutionPasses.Forward))
        {
            forwardPlan = ConvolutionPlan.Forward(device, shape, rung);
            forwardTiled = forwardPlan.Load(device);
        }

        if (passes.HasFlag(ConvolutionPasses.GradientOfInput))
        {
            inputPlan = ConvolutionPlan.GradientOfInput(device, shape, rung);
            inputTiled = inputPlan.Load(device);
        }

        if (!passes.HasFlag(ConvolutionPasses.GradientOfWeight))
        {
            return;
        }

        weightPlan = ConvolutionPlan.GradientOfWeight(device, shape, rung, parts);
        weightTiled = weightPlan.LoadWeight(device);
        if (weightPlan.Parts > 1)
        {
            arrivals = device.Allocate<int>(new Shape(weightPlan.Arrivals));
            device.Scratch.Reserve(LengthOfParts);
        }

        bool both = device.Info.Kind != DeviceKind.OpenCl && passes.HasFlag(ConvolutionPasses.GradientOfInput);
        backwardTiled = !both ? null : (weightPlan.Rung, inputPlan.Rung) switch
        {
            (ConvolutionRung.Registers, ConvolutionRung.Registers) =>
                device.Load<ConvolutionBackwardArgs>(Conv1dRegisterKernels.Backward4x6),
            (ConvolutionRung.Registers, ConvolutionRung.Registers8x8) =>
                device.Load<ConvolutionBackwardArgs>(Conv1dRegisterKernels.Backward8x8),
            (ConvolutionRung.TensorCores, ConvolutionRung.TensorCores) =>
                device.Load<ConvolutionBackwardArgs>(Conv1dTensorKernels.Backward),
            _ => null,
        };
    }

    private long LengthOfParts => (long)weightPlan.Parts * shape.Filters *
        WeightGradientArgs.PartColumnsOf((shape.GroupChannels * shape.Taps) + 1);

    /// <summary>y [B, K, L] = x [B, C, T] convolved with weight [K, C / groups, R], plus bias [K].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y)
    {
        x.Expect(shape.Input);
        weight.Expect(shape.Weight);
        bias.ExpectIfGiven(shape.Bias);
        y.Expect(shape.Output);
        if (host is not null)
        {
            host.Forward(x, weight, bias, y);
            return;
        }

        if (forwardTiled is not null)
        {
            forwardTiled.Launch(forwardPlan.Grid, ConvolutionArgs.Forward(shape, x, weight, bias, y));
            return;
        }

        forward.LaunchOver(y.Length, new Conv1dKernels.ForwardArgs(
            x.View, weight.View, bias?.View ?? weight.View, y.View, bias is not null, new ConvolutionNumbers(shape)));
    }

    /// <summary>Steps of y in the pieces of which the host takes moments.</summary>
    internal int Piece => host!.Piece;

    /// <summary>The same on the host, which also takes the mean and the squared distances of each piece of each row.</summary>
    internal void ForwardWithMoments(
        Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y, in RowSums moments)
    {
        x.Expect(shape.Input);
        weight.Expect(shape.Weight);
        bias.ExpectIfGiven(shape.Bias);
        y.Expect(shape.Output);
        host!.ForwardWithMoments(x, weight, bias, y, moments);
    }

    /// <summary>
    /// Computes once what a forward pass makes of the weights. From here on <see cref="Forward"/> must be given these,
    /// and need not look at them; to be called again when they change. It pays where few clips come at a time.
    /// </summary>
    /// <param name="weight">[K, C / groups, R].</param>
    /// <exception cref="ArgumentException">The tensor has another shape than planned.</exception>
    public void Prepare(Tensor<float> weight)
    {
        weight.Expect(shape.Weight);
        host?.Prepare(weight);
    }

    /// <summary>dX [B, C, T] = the gradient of x for dY [B, K, L].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    /// <exception cref="InvalidOperationException">The operator was planned for forward alone.</exception>
    public void BackwardInput(Tensor<float> dY, Tensor<float> weight, Tensor<float> dX)
    {
        Need(ConvolutionPasses.GradientOfInput);
        dY.Expect(shape.Output);
        weight.Expect(shape.Weight);
        dX.Expect(shape.Input);
        if (host is not null)
        {
            host.BackwardInput(dY, weight, dX);
            return;
        }

        if (inputTiled is not null)
        {
            inputTiled.Launch(inputPlan.Grid, ConvolutionArgs.GradientOfInput(shape, dY, weight, dX));
            return;
        }

        backwardInput.LaunchOver(dX.Length, new Conv1dKernels.BackwardInputArgs(
            dY.View, weight.View, dX.View, new ConvolutionNumbers(shape)));
    }

    /// <summary>dWeight [K, C / groups, R] += the gradient of weight, dBias [K] += that of bias.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    /// <exception cref="InvalidOperationException">The operator was planned for forward alone.</exception>
    public void BackwardWeight(Tensor<float> x, Tensor<float> dY, Tensor<float> dWeight, Tensor<float>? dBias)
    {
        dY.Expect(shape.Output);
        Need(ConvolutionPasses.GradientOfWeight);
        x.Expect(shape.Input);
        dWeight.Expect(shape.Weight);
        dBias.ExpectIfGiven(shape.Bias);
        if (host is not null)
        {
            host.BackwardWeight(x, dY, dWeight, dBias);
            return;
        }

        if (weightTiled is not null)
        {
            BackwardWeight(x, new OutputGradient(dY), dWeight, dBias);
            return;
        }

        var numbers = new ConvolutionNumbers(shape);
        // A warp or more, and no more threads than time steps.
        int groupSize = Math.Min(device.GroupSize, (shape.OutputLength + 31) / 32 * 32);
        backwardWeight.Launch(dWeight.Length, groupSize, new Conv1dKernels.BackwardWeightArgs(
            x.View, dY.View, dWeight.View, numbers));
        if (dBias is not null)
        {
            backwardBias.Launch(shape.Filters, groupSize, new Conv1dKernels.BackwardBiasArgs(
                dY.View, dBias.View, numbers));
        }
    }

    /// <summary>
    /// True where the gradient of the weights takes dY as what came of it behind ReLU and pooling, on rung 2 and up.
    /// </summary>
    internal bool TakesGradientsBehind => weightTiled is not null;

    /// <summary>dWeight += ..., dBias += ... in one launch, on rung 2 and up.</summary>
    internal void BackwardWeight(
        Tensor<float> x, OutputGradient dY, Tensor<float> dWeight, Tensor<float>? dBias) =>
        weightTiled!.Launch(weightPlan.WeightGrid(dBias is not null), WeightArgs(x, dY, dWeight, dBias));

    /// <summary>
    /// All gradients: those of weight and bias are added to, dX [B, C, T] is assigned where it is asked for. In one
    /// launch where rungs 3 to 5 compute them on another GPU than OpenCL's.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    /// <exception cref="InvalidOperationException">The operator was planned for forward alone.</exception>
    public void Backward(
        Tensor<float> x, Tensor<float> weight, Tensor<float> dY, Tensor<float> dWeight, Tensor<float>? dBias,
        Tensor<float>? dX)
    {
        if (dX is null || backwardTiled is null)
        {
            BackwardWeight(x, dY, dWeight, dBias);
            if (dX is not null)
            {
                BackwardInput(dY, weight, dX);
            }

            return;
        }

        x.Expect(shape.Input);
        weight.Expect(shape.Weight);
        dY.Expect(shape.Output);
        dWeight.Expect(shape.Weight);
        dBias.ExpectIfGiven(shape.Bias);
        dX.Expect(shape.Input);
        KernelConfig weightGrid = weightPlan.WeightGrid(dBias is not null);
        var args = new ConvolutionBackwardArgs(
            WeightArgs(x, new OutputGradient(dY), dWeight, dBias), weightGrid,
            ConvolutionArgs.GradientOfInput(shape, dY, weight, dX), inputPlan.Grid);
        backwardTiled.Launch(
            args.WeightGroups + (inputPlan.Grid.GridDim.X * inputPlan.Grid.GridDim.Y), Conv1dRegisterKernels.Threads,
            args);
    }

    private WeightGradientArgs WeightArgs(
        Tensor<float> x, OutputGradient dY, Tensor<float> dWeight, Tensor<float>? dBias) => new(
            shape, weightPlan, x.View, dY, dWeight.View, dBias?.View,
            arrivals is null ? dWeight.View : device.Scratch.Take(LengthOfParts),
            arrivals?.View ?? dWeight.View.Cast<int>());

    /// <summary>The rung and the grid of forward, where it is 3 or more and not OpenCL's.</summary>
    internal (ConvolutionRung Rung, KernelConfig Grid)? ForwardTiles =>
        forwardTiled is not null && forwardPlan.Rung >= ConvolutionRung.Registers &&
        device.Info.Kind != DeviceKind.OpenCl
            ? (forwardPlan.Rung, forwardPlan.Grid)
            : null;

    /// <summary>The arguments of forward for a kernel that does more.</summary>
    internal ConvolutionArgs ForwardArgs(
        Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y)
    {
        x.Expect(shape.Input);
        weight.Expect(shape.Weight);
        bias.ExpectIfGiven(shape.Bias);
        y.Expect(shape.Output);
        return ConvolutionArgs.Forward(shape, x, weight, bias, y);
    }

    /// <summary>y: [B, K, L].</summary>
    internal Shape Output => shape.Output;

    private void Need(ConvolutionPasses pass)
    {
        if (!passes.HasFlag(pass))
        {
            throw new InvalidOperationException(
                "this convolution was planned for forward alone: plan it with training: true for its gradients");
        }
    }
}
