// Activations, sums, gates, dropout, and what only copies: concatenation and the gathering of a mini-batch. Drawing a
// mask is integer arithmetic, which is not counted.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    /// <summary>Elements that no cache holds.</summary>
    private const int ManyElements = 1 << 24;

    private static List<KernelCase> Activations(CaseSizes sizes)
    {
        int length = Article(sizes).Output.Length;
        List<KernelCase> cases =
        [
            .. ActivationOf<Relu>("relu", length), .. ActivationOf<LeakyRelu>("leaky-relu", length),
            .. ActivationOf<Elu>("elu", length), .. ActivationOf<Gelu>("gelu", length),
            .. ActivationOf<GeluTanh>("gelu-tanh", length), .. ActivationOf<Silu>("silu", length),
            .. ActivationOf<Sigmoid>("sigmoid", length), .. ActivationOf<Tanh>("tanh", length),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            cases.Add(ActivationOf<Relu>("relu", ManyElements).First());
        }

        return cases;
    }

    private static IEnumerable<KernelCase> ActivationOf<TFunction>(string name, int length)
        where TFunction : struct, IActivation<TFunction>
    {
        var shape = new Shape(length);
        double operations = (double)TFunction.OperationsOfElement * length;
        yield return Case<Activation<TFunction>>($"{name}.forward", $"{length}", operations, 2.0 * length, device =>
        {
            Tensor<float> x = Noise(device, shape), y = Zeros(device, shape);
            return () =>
            {
                var function = new Activation<TFunction>(device, length);
                return () => function.Forward(x, y);
            };
        }) with
        {
            Work = new VendorWork.Function($"{name}.forward", 1, length),
            Resizing = new CaseResizing("N", n => ActivationOf<TFunction>(name, n[0]).First()),
        };
        yield return Case<Activation<TFunction>>($"{name}.backward", $"{length}", operations, 3.0 * length, device =>
        {
            Tensor<float> x = Noise(device, shape), y = Zeros(device, shape), dY = Noise(device, shape);
            Tensor<float> dX = Zeros(device, shape), value = TFunction.ReadsOutput ? y : x;
            return () =>
            {
                var function = new Activation<TFunction>(device, length);
                function.Forward(x, y);
                return () => function.Backward(value, dY, dX);
            };
        }) with
        { Resizing = new CaseResizing("N", n => ActivationOf<TFunction>(name, n[0]).Last()) };
    }

    private static List<KernelCase> Elementwise(CaseSizes sizes)
    {
        Shape s = Article(sizes).Output;
        List<KernelCase> cases =
        [
            AddOf(s.Length), Scale(s, backward: false), Scale(s, backward: true),
            DropoutOf(s.Length, backward: false), DropoutOf(s.Length, backward: true),
            RowDropoutOf(s[0] * s[1], s[2], backward: false), RowDropoutOf(s[0] * s[1], s[2], backward: true),
            ConcatOf(s[0], 2, s[1] / 2 * s[2], backward: false), ConcatOf(s[0], 2, s[1] / 2 * s[2], backward: true),
            WindowsOf(s, backward: false), WindowsOf(s, backward: true),
            Gather(Article(sizes).Input),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            cases.Add(AddOf(ManyElements));
        }

        return cases;
    }

    private static KernelCase AddOf(int length) => Case<Add>(
        "add.forward", $"{length}", (double)Add.OperationsOfElement * length, 3.0 * length, device =>
        {
            var shape = new Shape(length);
            Tensor<float> a = Noise(device, shape), b = Noise(device, shape), y = Zeros(device, shape);
            return () =>
            {
                var add = new Add(device, length);
                return () => add.Forward(a, b, y);
            };
        }) with
    {
        Work = new VendorWork.Function("add.forward", 1, length),
        Resizing = new CaseResizing("N", n => AddOf(n[0])),
    };

    // The gates are left out of the bytes.
    private static KernelCase Scale(Shape s, bool backward) => Case<ChannelScale>(
        backward ? "channel-scale.backward" : "channel-scale.forward", Describe(s),
        (double)(backward ? ChannelScale.BackwardOperationsOfElement : ChannelScale.OperationsOfElement) * s.Length,
        (backward ? 3.0 : 2.0) * s.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s), gate = Noise(device, new Shape(s[0], s[1]));
            Tensor<float> y = Noise(device, s), dX = Zeros(device, s), dGate = Zeros(device, gate.Shape);
            return () =>
            {
                var scale = new ChannelScale(device, s[0] * s[1], s[2]);
                return backward
                    ? () => scale.Backward(x, gate, y, dX, dGate)
                    : () => scale.Forward(x, gate, y);
            };
        });

    private static KernelCase DropoutOf(int length, bool backward) => Case<Dropout>(
        backward ? "dropout.backward" : "dropout.forward", $"{length}", length, 3.0 * length, device =>
        {
            var shape = new Shape(length);
            Tensor<float> x = Noise(device, shape), y = Zeros(device, shape), mask = Zeros(device, shape);
            var progress = new TrainingProgress(device);
            return () =>
            {
                var dropout = new Dropout(device, length, rate: 0.5f, layer: 0, seed: 1);
                dropout.Forward(x, y, mask, progress);
                return backward ? () => dropout.Backward(x, mask, y) : () => dropout.Forward(x, y, mask, progress);
            };
        });

    // The mask, a number a row, is left out of the bytes.
    private static KernelCase RowDropoutOf(int rows, int length, bool backward) => Case<RowDropout>(
        backward ? "row-dropout.backward" : "row-dropout.forward", $"{rows} x {length}", (double)rows * length,
        2.0 * rows * length,
        device =>
        {
            var shape = new Shape(rows, length);
            Tensor<float> x = Noise(device, shape), y = Zeros(device, shape), mask = Zeros(device, new Shape(rows));
            var progress = new TrainingProgress(device);
            return () =>
            {
                var dropout = new RowDropout(device, rows, length, rate: 0.5f, layer: 0, seed: 1);
                dropout.Forward(x, y, mask, progress);
                return backward ? () => dropout.Backward(x, mask, y) : () => dropout.Forward(x, y, mask, progress);
            };
        });

    private static KernelCase ConcatOf(int batch, int branches, int width, bool backward) => Case<Concat>(
        backward ? "concat.backward" : "concat.forward", $"{branches} of {batch} x {width}", 0,
        2.0 * batch * branches * width,
        device =>
        {
            Tensor<float>[] inputs =
                [.. Enumerable.Range(0, branches).Select(_ => Noise(device, new Shape(batch, width)))];
            Tensor<float> y = Noise(device, new Shape(batch, branches * width));
            return () =>
            {
                var concat = new Concat(device, batch, [.. Enumerable.Repeat(width, branches)]);
                return backward ? () => concat.Backward(y, inputs) : () => concat.Forward(inputs, y);
            };
        });

    // Windows of 3 bands every 2 of them: each band is copied into, and summed up from, one window or two. The zeros
    // beside them are written, and not read again.
    private static KernelCase WindowsOf(Shape s, bool backward)
    {
        var shape = new BandWindowsShape(s[0], s[1], s[2], Bands: 3, Stride: 2, Padding: 1);
        return Case<BandWindows>(
            backward ? "band-windows.backward" : "band-windows.forward", $"3 of {Describe(s)}", 0,
            (double)shape.Input.Length + (backward ? shape.Inside : shape.Output.Length), device =>
            {
                Tensor<float> x = Noise(device, shape.Input), y = Noise(device, shape.Output);
                return () =>
                {
                    var windows = new BandWindows(device, shape);
                    return backward ? () => windows.Backward(y, x) : () => windows.Forward(x, y);
                };
            });
    }

    // Rows from four times as many; a row's index is read, its label read and written.
    private static KernelCase Gather(Shape s) => Case<GatherRows>(
        "gather-rows", Describe(s), 0, (2.0 * s.Length) + (3.0 * s[0]), device =>
        {
            (int rows, int all) = (s[0], 4 * s[0]);
            Tensor<float> source = Noise(device, new Shape(all, s[1], s[2])), y = Zeros(device, s);
            Tensor<int> labels = Labels(device, all, 10), targets = device.Allocate<int>(new Shape(rows));
            Tensor<int> order = device.Upload<int>(
                new Shape(all), [.. Enumerable.Range(0, all).Select(i => all - 1 - i)]);
            return () =>
            {
                var gather = new GatherRows(device, rows, s[1] * s[2]);
                return () => gather.Gather(source, labels, order, rows, y, targets);
            };
        });
}
