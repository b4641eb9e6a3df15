// Convolutions over time, alone and fused with ReLU and max-pooling 2/2; the bias is left out of the operations, as
// papers do. Of each pooling window only the maximum carries a gradient: P = floor(L / 2) of L outputs.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> Convolutions(CaseSizes sizes)
    {
        Conv1dShape article = Article(sizes);
        List<KernelCase> cases =
        [
            ConvForward(article), ConvBackwardInput(article), ConvBackwardWeight(article),
            Block(article, training: true), Block(article, training: false), BlockBackward(article, ofInput: false),
            BlockBackward(article, ofInput: true),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            var deeper = new Conv1dShape(64, 64, 50, 128, 3, Padding: 1);
            var samples = new Conv1dShape(64, 1, 8000, 64, 80, Stride: 4);
            var depthwise = new Conv1dShape(64, 128, 1000, 128, 9, Padding: 4, Groups: 128);
            var first = new Conv1dShape(64, 40, 100, 40, 11, Stride: 2, Padding: 5, Groups: 40);
            var wide = new Conv1dShape(64, 128, 50, 128, 13, Padding: 6, Groups: 128);
            var dilated = new Conv1dShape(64, 64, 50, 64, 29, Padding: 28, Dilation: 2, Groups: 64);
            var large = new Conv1dShape(256, 64, 1000, 128, 5);
            cases.AddRange(
            [
                ConvForward(deeper), ConvBackwardInput(deeper), ConvForward(samples), ConvBackwardWeight(samples),
                .. Depthwise(first), .. Depthwise(wide), .. Depthwise(dilated), .. Depthwise(depthwise),
                Block(wide, training: true), BlockBackward(wide, ofInput: true), ConvForward(large), ConvBackwardWeight(large),
                BlockBackward(large, ofInput: true),
            ]);
            if (sizes == CaseSizes.Large)
            {
                cases.AddRange(
                [
                    ConvBackwardWeight(deeper), ConvBackwardInput(large), Block(large, training: true),
                ]);
            }
        }

        return cases;
    }

    private static IEnumerable<KernelCase> Depthwise(Conv1dShape s) =>
        [ConvForward(s), ConvBackwardInput(s), ConvBackwardWeight(s)];

    private static KernelCase ConvForward(Conv1dShape s) => Case<Conv1d>(
        "conv1d.forward", Describe(s), s.Operations,
        (double)s.Input.Length + s.Weight.Length + s.Filters + s.Output.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight), bias = Noise(device, s.Bias);
            Tensor<float> y = Zeros(device, s.Output);
            return () =>
            {
                var conv = new Conv1d(device, s);
                return () => conv.Forward(x, weight, bias, y);
            };
        },
        "conv1d", choice: "forward,") with
    {
        Formula = new CaseFormula(3, (t, i) => ConvolutionAt(s, t, i)),
        Resizing = ConvResizing(s, ConvForward),
    };

    // y[b, k, l] = bias[k] + sum over c, r of w[k, c, r] x[b, c, l stride + r dilation - padding]
    private static double ConvolutionAt(Conv1dShape s, float[][] t, int i)
    {
        (int l, int k, int b) = (i % s.OutputLength, i / s.OutputLength % s.Filters, i / s.OutputLength / s.Filters);
        int group = k / (s.Filters / s.Groups);
        double sum = t[2][k];
        for (int c = 0; c < s.Weight[1]; c++)
        {
            for (int r = 0; r < s.Taps; r++)
            {
                int at = (l * s.Stride) + (r * s.Dilation) - s.Padding;
                if (at >= 0 && at < s.Length)
                {
                    sum += (double)t[1][(((k * s.Weight[1]) + c) * s.Taps) + r] *
                        t[0][(((b * s.Channels) + (group * s.Weight[1]) + c) * s.Length) + at];
                }
            }
        }

        return sum;
    }

    private static CaseResizing ConvResizing(Conv1dShape s, Func<Conv1dShape, KernelCase> make) => new(
        "BATCHxCHANNELSxLENGTHxFILTERSxTAPS", n => make(s with
        {
            Batch = n[0],
            Channels = n[1],
            Length = n[2],
            Filters = n[3],
            Taps = n[4],
            Groups = s.Groups == s.Channels ? n[1] : 1,
        }));

    private static KernelCase ConvBackwardInput(Conv1dShape s) => Case<Conv1d>(
        "conv1d.backward-input", Describe(s), s.Operations,
        (double)s.Input.Length + s.Weight.Length + s.Output.Length,
        device =>
        {
            Tensor<float> dY = Noise(device, s.Output), weight = Noise(device, s.Weight), dX = Zeros(device, s.Input);
            return () =>
            {
                var conv = new Conv1d(device, s);
                return () => conv.BackwardInput(dY, weight, dX);
            };
        },
        "conv1d", choice: "gradient of x") with
    {
        Formula = new CaseFormula(2, (t, i) =>
        {
            (int at, int channel, int b) = (i % s.Length, i / s.Length % s.Channels, i / s.Length / s.Channels);
            (int group, int c) = (channel / s.Weight[1], channel % s.Weight[1]);
            double sum = 0;
            for (int k = group * (s.Filters / s.Groups); k < (group + 1) * (s.Filters / s.Groups); k++)
            {
                for (int r = 0; r < s.Taps; r++)
                {
                    int start = at + s.Padding - (r * s.Dilation);
                    if (start >= 0 && start % s.Stride == 0 && start / s.Stride < s.OutputLength)
                    {
                        sum += (double)t[1][(((k * s.Weight[1]) + c) * s.Taps) + r] *
                            t[0][(((b * s.Filters) + k) * s.OutputLength) + (start / s.Stride)];
                    }
                }
            }

            return sum;
        }),
        Resizing = ConvResizing(s, ConvBackwardInput),
    };

    private static KernelCase ConvBackwardWeight(Conv1dShape s) => Case<Conv1d>(
        "conv1d.backward-weight", Describe(s), s.Operations,
        s.Input.Length + s.Output.Length + (2.0 * (s.Weight.Length + s.Filters)),
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), dY = Noise(device, s.Output);
            Tensor<float> dWeight = Zeros(device, s.Weight), dBias = Zeros(device, s.Bias);
            return () =>
            {
                var conv = new Conv1d(device, s);
                return () => conv.BackwardWeight(x, dY, dWeight, dBias);
            };
        },
        "conv1d.backward-weight") with
    {
        Formula = new CaseFormula(2, (t, i) =>
        {
            (int r, int c, int k) = (i % s.Taps, i / s.Taps % s.Weight[1], i / s.Taps / s.Weight[1]);
            int channel = (k / (s.Filters / s.Groups) * s.Weight[1]) + c;
            double sum = 0;
            for (int b = 0; b < s.Batch; b++)
            {
                for (int l = 0; l < s.OutputLength; l++)
                {
                    int at = (l * s.Stride) + (r * s.Dilation) - s.Padding;
                    if (at >= 0 && at < s.Length)
                    {
                        sum += (double)t[1][(((b * s.Filters) + k) * s.OutputLength) + l] *
                            t[0][(((b * s.Channels) + channel) * s.Length) + at];
                    }
                }
            }

            return sum;
        }),
        Resizing = ConvResizing(s, ConvBackwardWeight),
    };

    private static KernelCase Block(Conv1dShape s, bool training)
    {
        Pool1dShape pool = PoolOf(s);
        return Case<ConvReluPool>(
            training ? "conv-relu-pool.forward" : "conv-relu-pool.infer", Describe(s), s.Operations,
            s.Input.Length + s.Weight.Length + s.Filters + ((training ? 2.0 : 1.0) * pool.Output.Length),
            device =>
            {
                Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight);
                Tensor<float> bias = Noise(device, s.Bias), y = Zeros(device, pool.Output);
                Tensor<int>? argMax = training ? device.Allocate<int>(pool.Output) : null;
                return () =>
                {
                    var block = new ConvReluPool(device, s, pool);
                    return () => block.Forward(x, weight, bias, y, argMax);
                };
            },
            "conv1d", choice: "forward with ReLU") with
        {
            HasTies = true,
            Formula = new CaseFormula(3, (t, i) =>
            {
                (int at, int row) = (i % pool.OutputLength, i / pool.OutputLength * s.OutputLength);
                return Math.Max(
                    0, Math.Max(ConvolutionAt(s, t, row + (2 * at)), ConvolutionAt(s, t, row + (2 * at) + 1)));
            }),
            Resizing = ConvResizing(s, to => Block(to, training)),
        };
    }

    // A network's first layer wants no gradient of its input.
    private static KernelCase BlockBackward(Conv1dShape s, bool ofInput)
    {
        Pool1dShape pool = PoolOf(s);
        double operations = s.Operations * ((double)pool.OutputLength / s.OutputLength);
        double numbers = s.Input.Length + (3.0 * pool.Output.Length) + (2.0 * (s.Weight.Length + s.Filters)) +
            (ofInput ? (double)s.Weight.Length + s.Input.Length : 0);
        return Case<ConvReluPool>(
            ofInput ? "conv-relu-pool.backward-all" : "conv-relu-pool.backward", Describe(s),
            (ofInput ? 2 : 1) * operations, numbers,
            device =>
            {
                Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight);
                Tensor<float> bias = Noise(device, s.Bias), y = Zeros(device, pool.Output);
                Tensor<float> dY = Noise(device, pool.Output);
                Tensor<float> dWeight = Zeros(device, s.Weight), dBias = Zeros(device, s.Bias);
                Tensor<float>? dX = ofInput ? Zeros(device, s.Input) : null;
                Tensor<int> argMax = device.Allocate<int>(pool.Output);
                return () =>
                {
                    var block = new ConvReluPool(device, s, pool);
                    block.Forward(x, weight, bias, y, argMax); // Backward needs the places of its maxima.
                    return () => block.Backward(x, weight, y, dY, argMax, dWeight, dBias, dX);
                };
            },
            "conv1d.backward-weight") with
        {
            HasTies = true,
            Resizing = ConvResizing(s, to => BlockBackward(to, ofInput)),
        };
    }

    private static Pool1dShape PoolOf(Conv1dShape s) => new(s.Batch, s.Filters, s.OutputLength, Window: 2, Stride: 2);

    private static string Describe(Conv1dShape s) =>
        $"{s.Batch} x {s.Channels} x {s.Length}, {s.Filters} filters of {s.Taps}" +
        (s.Stride == 1 ? "" : $", stride {s.Stride}") +
        (s.Padding == 0 ? "" : $", padding {s.Padding}") +
        (s.Dilation == 1 ? "" : $", dilation {s.Dilation}") +
        (s.Groups == 1 ? "" : $", {s.Groups} groups");
}
