using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels that <see cref="Softmax"/> or <see cref="LogSoftmax"/> launch for one shape.</summary>
internal sealed class SoftmaxLaunches
{
    private readonly int rows;
    private readonly int classes;
    private readonly bool log;
    private readonly RowPlan plan;
    private readonly Kernel<SoftmaxKernels.ForwardArgs>? forward;
    private readonly Kernel<SoftmaxKernels.BackwardArgs>? backward;
    private readonly Kernel<SoftmaxRowKernels.ForwardArgs>? rowForward;
    private readonly Kernel<SoftmaxRowKernels.BackwardArgs>? rowBackward;

    public SoftmaxLaunches(ComputeDevice device, int rows, int classes, bool log)
    {
        this.rows = rows;
        this.classes = classes;
        this.log = log;
        plan = RowPlan.Choose(device, SoftmaxKernels.Ladder, rows, classes);
        switch (plan.Rung)
        {
            case 1:
                forward = log
                    ? device.Load<SoftmaxKernels.ForwardArgs>(SoftmaxKernels.LogForward)
                    : device.Load<SoftmaxKernels.ForwardArgs>(SoftmaxKernels.Forward);
                backward = log
                    ? device.Load<SoftmaxKernels.BackwardArgs>(SoftmaxKernels.LogBackward)
                    : device.Load<SoftmaxKernels.BackwardArgs>(SoftmaxKernels.Backward);
                break;
            case 2:
                rowForward = device.Load<SoftmaxRowKernels.ForwardArgs>(SoftmaxRowKernels.GroupForward);
                rowBackward = device.Load<SoftmaxRowKernels.BackwardArgs>(SoftmaxRowKernels.GroupBackward);
                break;
            case 3:
                rowForward = device.Load<SoftmaxRowKernels.ForwardArgs>(SoftmaxRowKernels.SharedForward);
                rowBackward = device.Load<SoftmaxRowKernels.BackwardArgs>(SoftmaxRowKernels.SharedBackward);
                break;
            default:
                rowForward = device.Load<SoftmaxRowKernels.ForwardArgs>(SoftmaxRowKernels.WarpForward);
                rowBackward = device.Load<SoftmaxRowKernels.BackwardArgs>(SoftmaxRowKernels.WarpBackward);
                break;
        }
    }

    public void Forward(Tensor<float> logits, Tensor<float> y)
    {
        if (forward is not null)
        {
            forward.LaunchOver(rows, new SoftmaxKernels.ForwardArgs(logits.View, y.View, rows, classes));
        }
        else if (rows > 0)
        {
            rowForward!.Launch(plan.Groups(rows), plan.Threads, new SoftmaxRowKernels.ForwardArgs(
                logits.View, y.View, rows, classes, plan.Lanes, log));
        }
    }

    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX)
    {
        if (backward is not null)
        {
            backward.LaunchOver(rows, new SoftmaxKernels.BackwardArgs(y.View, dY.View, dX.View, rows, classes));
        }
        else if (rows > 0)
        {
            rowBackward!.Launch(plan.Groups(rows), plan.Threads, new SoftmaxRowKernels.BackwardArgs(
                y.View, dY.View, dX.View, rows, classes, plan.Lanes, log));
        }
    }
}
