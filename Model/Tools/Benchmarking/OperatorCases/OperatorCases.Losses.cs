// Softmax, losses and the count of right answers. Operations a logit beside Softmax's own:
//   softmax cross-entropy   forward 4: a comparison and a subtraction of the maximum, an exponential, an addition;
//                           and 2 for its gradient, a multiplication and a subtraction
//   sigmoid cross-entropy   forward 7: a maximum, a product and a difference, an absolute value and an exponential, a
//                           logarithm, a sum; and 3 for its gradient
//   focal cross-entropy     forward 6: those of softmax cross-entropy and two for the share; and 4 for its gradient
//   label set targets       2: a product and a sum
//   right answers           1 comparison, 2 where a row has several labels
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private const int Classes = 10;

    private static List<KernelCase> Losses(CaseSizes sizes)
    {
        int rows = Batch(sizes);
        List<KernelCase> cases =
        [
            SoftmaxOf(rows, Classes, backward: false), SoftmaxOf(rows, Classes, backward: true),
            LogSoftmaxOf(rows, Classes, backward: false), LogSoftmaxOf(rows, Classes, backward: true),
            CrossEntropyOf(rows, Classes, backward: false), CrossEntropyOf(rows, Classes, backward: true),
            SigmoidCrossEntropyOf(rows, Classes, backward: false), SigmoidCrossEntropyOf(rows, Classes, backward: true),
            FocalCrossEntropyOf(rows, Classes, backward: false), FocalCrossEntropyOf(rows, Classes, backward: true),
            ClassificationLossOf(rows, Classes, backward: false), ClassificationLossOf(rows, Classes, backward: true),
            Meter(rows, Classes), LabelSetTargetsOf(rows, Classes), MultiLabelMeterOf(rows, Classes),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            cases.Add(CrossEntropyOf(4096, 1000, backward: true));
        }

        if (sizes >= CaseSizes.Large)
        {
            cases.AddRange([SoftmaxOf(65_536, 128, backward: false), CrossEntropyOf(65_536, 128, backward: true)]);
        }

        return cases;
    }

    private static KernelCase SoftmaxOf(int rows, int classes, bool backward) => RowsOf<Softmax>(
        "softmax", rows, classes, backward, Softmax.OperationsOfElement, (device, rows, classes) =>
        {
            var softmax = new Softmax(device, rows, classes);
            return (softmax.Forward, softmax.Backward);
        });

    private static KernelCase LogSoftmaxOf(int rows, int classes, bool backward) => RowsOf<LogSoftmax>(
        "log-softmax", rows, classes, backward, LogSoftmax.OperationsOfElement, (device, rows, classes) =>
        {
            var softmax = new LogSoftmax(device, rows, classes);
            return (softmax.Forward, softmax.Backward);
        });

    private static KernelCase RowsOf<TOperator>(
        string name, int rows, int classes, bool backward, int operations,
        Func<ComputeDevice, int, int, (Action<Tensor<float>, Tensor<float>> Forward,
            Action<Tensor<float>, Tensor<float>, Tensor<float>> Backward)> plan) => Case<TOperator>(
        $"{name}.{(backward ? "backward" : "forward")}", $"{rows} x {classes}", (double)operations * rows * classes,
        (backward ? 3.0 : 2.0) * rows * classes,
        device =>
        {
            var shape = new Shape(rows, classes);
            Tensor<float> x = Noise(device, shape), y = Zeros(device, shape);
            Tensor<float> dY = Noise(device, shape), dX = Zeros(device, shape);
            return () =>
            {
                var softmax = plan(device, rows, classes);
                softmax.Forward(x, y);
                return backward ? () => softmax.Backward(y, dY, dX) : () => softmax.Forward(x, y);
            };
        },
        "softmax") with
            {
                Work = backward ? null : new VendorWork.Function($"{name}.forward", rows, classes),
                Resizing = RowsResizing((to, of) => RowsOf<TOperator>(
                    name, to, of, backward, operations, plan)),
            };

    private static CaseResizing RowsResizing(Func<int, int, KernelCase> make) =>
        new("ROWSxCLASSES", n => make(n[0], n[1]));

    private static KernelCase CrossEntropyOf(int rows, int classes, bool backward) => Case<SoftmaxCrossEntropy>(
        backward ? "softmax-cross-entropy.forward-backward" : "softmax-cross-entropy.forward", $"{rows} x {classes}",
        (backward ? 6.0 : 4.0) * rows * classes, ((backward ? 2.0 : 1.0) * rows * classes) + rows,
        device =>
        {
            var shape = new Shape(rows, classes);
            Tensor<float> logits = Noise(device, shape), dLogits = Zeros(device, shape);
            Tensor<float> loss = Zeros(device, new Shape(1));
            Tensor<int> targets = Labels(device, rows, classes);
            return () =>
            {
                var entropy = new SoftmaxCrossEntropy(device, rows, classes);
                return backward
                    ? () => entropy.ForwardBackward(logits, targets, null, loss, dLogits)
                    : () => entropy.Forward(logits, targets, null, loss);
            };
        },
        "softmax-cross-entropy") with
    { Resizing = RowsResizing((to, of) => CrossEntropyOf(to, of, backward)) };

    private static KernelCase SigmoidCrossEntropyOf(int rows, int classes, bool backward) => Case<SigmoidCrossEntropy>(
        backward ? "sigmoid-cross-entropy.forward-backward" : "sigmoid-cross-entropy.forward", $"{rows} x {classes}",
        (backward ? 10.0 : 7.0) * rows * classes, (backward ? 3.0 : 2.0) * rows * classes,
        device =>
        {
            var shape = new Shape(rows, classes);
            Tensor<float> logits = Noise(device, shape), targets = Ones(device, shape), dLogits = Zeros(device, shape);
            Tensor<float> loss = Zeros(device, new Shape(1));
            return () =>
            {
                var entropy = new SigmoidCrossEntropy(device, rows, classes);
                return backward
                    ? () => entropy.ForwardBackward(logits, targets, null, loss, dLogits)
                    : () => entropy.Forward(logits, targets, null, loss);
            };
        });

    private static KernelCase FocalCrossEntropyOf(int rows, int classes, bool backward) => Case<FocalCrossEntropy>(
        backward ? "focal-cross-entropy.forward-backward" : "focal-cross-entropy.forward", $"{rows} x {classes}",
        (backward ? 10.0 : 6.0) * rows * classes, ((backward ? 2.0 : 1.0) * rows * classes) + rows,
        device =>
        {
            var shape = new Shape(rows, classes);
            Tensor<float> logits = Noise(device, shape), dLogits = Zeros(device, shape);
            Tensor<float> loss = Zeros(device, new Shape(1));
            Tensor<int> targets = Labels(device, rows, classes);
            return () =>
            {
                var entropy = new FocalCrossEntropy(device, rows, classes, gamma: 2f);
                return backward
                    ? () => entropy.ForwardBackward(logits, targets, null, loss, dLogits)
                    : () => entropy.Forward(logits, targets, null, loss);
            };
        });

    private static KernelCase LabelSetTargetsOf(int rows, int classes) => Case<LabelSetTargets>(
        "label-set-targets", $"{rows} x {classes}", 2.0 * rows * classes, ((double)rows * classes) + rows,
        device =>
        {
            Tensor<int> sets = Labels(device, rows, classes), chosen = Labels(device, rows, rows);
            Tensor<int> bits = device.Upload<int>(new Shape(rows, 1), sets.ToArray());
            Tensor<float> y = Zeros(device, new Shape(rows, classes));
            return () =>
            {
                var targets = new LabelSetTargets(device, rows, classes);
                return () => targets.Fill(bits, chosen, y);
            };
        });

    private static KernelCase MultiLabelMeterOf(int rows, int classes) => Case<MultiLabelMeter>(
        "multi-label-meter", $"{rows} x {classes}", 2.0 * rows * classes, 2.0 * rows * classes,
        device =>
        {
            var shape = new Shape(rows, classes);
            Tensor<float> logits = Noise(device, shape), targets = Ones(device, shape);
            Tensor<float> loss = Ones(device, new Shape(1));
            var totals = new MeterTotals(device);
            return () =>
            {
                var meter = new MultiLabelMeter(device, rows, classes, totals);
                return () => meter.Add(logits, targets, loss);
            };
        });

    private static KernelCase ClassificationLossOf(int rows, int classes, bool backward) => Case<ClassificationLoss>(
        backward ? "classification-loss.forward-backward" : "classification-loss.forward", $"{rows} x {classes}",
        (backward ? 7.0 : 5.0) * rows * classes, ((backward ? 2.0 : 1.0) * rows * classes) + rows,
        device =>
        {
            var shape = new Shape(rows, classes);
            Tensor<float> logits = Noise(device, shape), dLogits = Zeros(device, shape);
            Tensor<int> targets = Labels(device, rows, classes);
            var totals = new MeterTotals(device);
            var progress = new TrainingProgress(device);
            return () =>
            {
                var loss = new ClassificationLoss(device, rows, classes, totals, progress);
                return backward
                    ? () => loss.ForwardBackward(logits, targets, null, dLogits)
                    : () => loss.Forward(logits, targets, null);
            };
        });

    private static KernelCase Meter(int rows, int classes) => Case<ClassificationMeter>(
        "classification-meter", $"{rows} x {classes}", (double)rows * classes, ((double)rows * classes) + rows,
        device =>
        {
            Tensor<float> logits = Noise(device, new Shape(rows, classes)), loss = Ones(device, new Shape(1));
            Tensor<int> targets = Labels(device, rows, classes);
            return () =>
            {
                var meter = new ClassificationMeter(device, rows, classes);
                return () => meter.Add(logits, targets, loss);
            };
        });
}
