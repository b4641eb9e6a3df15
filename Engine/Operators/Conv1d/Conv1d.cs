// One-dimensional convolution (cross-correlation, as PyTorch's Conv1d), g = group of filter k:
//   y[b,k,l]   = bias[k] + sum_{c in g} sum_r weight[k,c,r] x[b,c,l stride - padding + r dilation]
//   dX[b,c,t]  = sum_{k in g} sum_r weight[k,c,r] dY[b,k,l]       over l stride - padding + r dilation = t
//   dWeight[k,c,r] += sum_b sum_l dY[b,k,l] x[b,c,l stride - padding + r dilation]
//   dBias[k]       += sum_b sum_l dY[b,k,l]
// Derivation: y is linear in x and in weight; each product of the first line hands dY times its other factor back.
// dX is assigned, dWeight and dBias accumulate. No tensor may overlap another.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Convolves [B, C, T] over time with K filters of R taps to [B, K, L]; and the backward passes.</summary>
public sealed class Conv1d
{
    private readonly ComputeDevice device;
    private readonly Conv1dShape shape;
    private readonly Conv1dHost? host;
    private readonly Kernel<Conv1dKernels.ForwardArgs> forward;
    private readonly Kernel<Conv1dKernels.BackwardInputArgs> backwardInput;
    private readonly Kernel<Conv1dKernels.BackwardWeightArgs> backwardWeight;
    private readonly Kernel<Conv1dKernels.BackwardBiasArgs> backwardBias;
    private readonly MatMulPlan? weightPlan;
    private readonly Kernel<Conv1dKernels.BackwardWeightTiledArgs>? backwardWeightTiled;
    private readonly Kernel<MatMulKernels.CombineArgs>? combine;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <exception cref="ArgumentException">The shape describes no convolution.</exception>
    public Conv1d(ComputeDevice device, Conv1dShape shape)
        : this(device, shape, tiled: shape.Groups == 1 && shape.Filters >= 16 && shape.Channels * shape.Taps >= 16)
    {
    }

    /// <summary>
    /// Plans the operator with one rung of the portable gradient of the weights, for tests and benchmarks; with groups
    /// of channels there is none but the first.
    /// </summary>
    internal Conv1d(ComputeDevice device, Conv1dShape shape, bool tiled)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        this.device = device;
        this.shape = shape;
        host = device.IsHost ? new Conv1dHost(device, shape) : null;
        forward = device.Load<Conv1dKernels.ForwardArgs>(Conv1dKernels.Forward);
        backwardInput = device.Load<Conv1dKernels.BackwardInputArgs>(Conv1dKernels.BackwardInput);
        backwardWeight = device.Load<Conv1dKernels.BackwardWeightArgs>(Conv1dKernels.BackwardWeight);
        backwardBias = device.Load<Conv1dKernels.BackwardBiasArgs>(Conv1dKernels.BackwardBias);
        if (host is null && tiled && shape.Groups == 1)
        {
            // Parts of 1,024 terms at most, so that long sums keep their digits.
            MatMulPlan plan = MatMulPlan.Of(WeightProduct, MatMulRung.Registers4x4);
            plan = MatMulPlan.Of(
                WeightProduct, MatMulRung.Registers4x4, Math.Max(plan.Parts, (WeightProduct.K + 1023) / 1024));
            weightPlan = plan;
            backwardWeightTiled = device.Load<Conv1dKernels.BackwardWeightTiledArgs>(
                Conv1dKernels.BackwardWeightTiled);
            combine = device.Load<MatMulKernels.CombineArgs>(MatMulKernels.Combine);
            device.Scratch.Reserve((long)plan.Parts * shape.Weight.Length);
        }
    }

    /// <summary>dWeight [K, C R] = dY [K, B L] times the shifted inputs [C R, B L] transposed.</summary>
    private MatMulShape WeightProduct => new(
        shape.Filters, shape.Channels * shape.Taps, shape.Batch * shape.OutputLength, TransposeB: true);

    /// <summary>y [B, K, L] = x [B, C, T] convolved with weight [K, C / groups, R], plus bias [K].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y)
    {
        x.Expect(shape.Input);
        weight.Expect(shape.Weight);
        bias?.Expect(shape.Bias);
        y.Expect(shape.Output);
        if (host is not null)
        {
            host.Forward(x, weight, bias, y);
            return;
        }

        forward.LaunchOver(y.Length, new Conv1dKernels.ForwardArgs(
            x.View, weight.View, bias?.View ?? weight.View, y.View, bias is not null, new ConvolutionNumbers(shape)));
    }

    /// <summary>dX [B, C, T] = the gradient of x for dY [B, K, L].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void BackwardInput(Tensor<float> dY, Tensor<float> weight, Tensor<float> dX)
    {
        dY.Expect(shape.Output);
        weight.Expect(shape.Weight);
        dX.Expect(shape.Input);
        if (host is not null)
        {
            host.BackwardInput(dY, weight, dX);
            return;
        }

        backwardInput.LaunchOver(dX.Length, new Conv1dKernels.BackwardInputArgs(
            dY.View, weight.View, dX.View, new ConvolutionNumbers(shape)));
    }

    /// <summary>dWeight [K, C / groups, R] += the gradient of weight, dBias [K] += that of bias.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void BackwardWeight(Tensor<float> x, Tensor<float> dY, Tensor<float> dWeight, Tensor<float>? dBias)
    {
        x.Expect(shape.Input);
        dY.Expect(shape.Output);
        dWeight.Expect(shape.Weight);
        dBias?.Expect(shape.Bias);
        if (host is not null)
        {
            host.BackwardWeight(x, dY, dWeight, dBias);
            return;
        }

        var numbers = new ConvolutionNumbers(shape);
        // A warp or more, and no more threads than time steps.
        int groupSize = Math.Min(device.GroupSize, (shape.OutputLength + 31) / 32 * 32);
        if (weightPlan is { } plan)
        {
            MultiplyTiled(plan, x, dY, dWeight);
        }
        else
        {
            backwardWeight.Launch(dWeight.Length, groupSize, new Conv1dKernels.BackwardWeightArgs(
                x.View, dY.View, dWeight.View, numbers));
        }

        if (dBias is not null)
        {
            backwardBias.Launch(shape.Filters, groupSize, new Conv1dKernels.BackwardBiasArgs(
                dY.View, dBias.View, numbers));
        }
    }

    private void MultiplyTiled(MatMulPlan plan, Tensor<float> x, Tensor<float> dY, Tensor<float> dWeight)
    {
        ArrayView<float> parts = device.Scratch.Take((long)plan.Parts * dWeight.Length);
        MatMulKernels.Args To(ArrayView<float> c, bool accumulate) => new(
            WeightProduct, plan.PartK, dY.View, x.View, c, accumulate, bias: null, relu: false);
        MatMulKernels.Args all = To(dWeight.View, accumulate: true);
        backwardWeightTiled!.Launch(plan.Grid(WeightProduct), new Conv1dKernels.BackwardWeightTiledArgs(
            x.View, dY.View, new ConvolutionNumbers(shape), plan.Parts == 1 ? all : To(parts, accumulate: false)));
        if (plan.Parts > 1)
        {
            combine!.LaunchOver(dWeight.Length, new MatMulKernels.CombineArgs(all, parts, plan.Parts));
        }
    }
}
