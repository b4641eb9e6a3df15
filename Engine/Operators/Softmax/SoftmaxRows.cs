// What Softmax and LogSoftmax have in common: all but the form, which is a type argument of every body.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>A softmax of one form, planned for one shape: checks, and the body that runs.</summary>
/// <typeparam name="TForm">The form.</typeparam>
internal sealed class SoftmaxRows<TForm> where TForm : struct, ISoftmaxForm
{
    private readonly ComputeDevice device;
    private readonly int rows;
    private readonly int classes;
    private readonly Shape rowsByClasses;
    private readonly RowPlan plan;
    private readonly Kernel<SoftmaxKernels<TForm>.ForwardArgs> forward;
    private readonly Kernel<SoftmaxKernels<TForm>.BackwardArgs> backward;
    private readonly Kernel<SoftmaxRowKernels<TForm>.ForwardArgs> rowForward;
    private readonly Kernel<SoftmaxRowKernels<TForm>.BackwardArgs> rowBackward;

    public SoftmaxRows(ComputeDevice device, int rows, int classes)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        this.device = device;
        this.rows = rows;
        this.classes = classes;
        rowsByClasses = new Shape(rows, classes);
        plan = RowPlan.Choose(device, SoftmaxLadder.Name, rows, classes);
        forward = device.Load<SoftmaxKernels<TForm>.ForwardArgs>(SoftmaxKernels<TForm>.Forward);
        backward = device.Load<SoftmaxKernels<TForm>.BackwardArgs>(SoftmaxKernels<TForm>.Backward);
        rowForward = device.Load<SoftmaxRowKernels<TForm>.ForwardArgs>(plan.Rung switch
        {
            2 => SoftmaxRowKernels<TForm>.GroupForward,
            3 => SoftmaxRowKernels<TForm>.SharedForward,
            _ => SoftmaxRowKernels<TForm>.WarpForward,
        });
        rowBackward = device.Load<SoftmaxRowKernels<TForm>.BackwardArgs>(plan.Rung switch
        {
            2 => SoftmaxRowKernels<TForm>.GroupBackward,
            3 => SoftmaxRowKernels<TForm>.SharedBackward,
            _ => SoftmaxRowKernels<TForm>.WarpBackward,
        });
    }

    public void Forward(Tensor<float> logits, Tensor<float> y)
    {
        logits.Expect(rowsByClasses);
        y.Expect(rowsByClasses);
        if (device.IsHost)
        {
            SoftmaxHost.Forward<TForm>(device.Workers, logits, y, rows, classes);
        }
        else if (plan.Rung == 1)
        {
            forward.LaunchOver(rows, new(logits.View, y.View, rows, classes));
        }
        else if (rows > 0)
        {
            rowForward.Launch(plan.Groups(rows), plan.Threads, new(logits.View, y.View, rows, classes, plan.Lanes));
        }
    }

    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX)
    {
        y.Expect(rowsByClasses);
        dY.Expect(rowsByClasses);
        dX.Expect(rowsByClasses);
        if (device.IsHost)
        {
            SoftmaxHost.Backward<TForm>(device.Workers, y, dY, dX, rows, classes);
        }
        else if (plan.Rung == 1)
        {
            backward.LaunchOver(rows, new(y.View, dY.View, dX.View, rows, classes));
        }
        else if (rows > 0)
        {
            rowBackward.Launch(
                plan.Groups(rows), plan.Threads, new(y.View, dY.View, dX.View, rows, classes, plan.Lanes));
        }
    }
}
