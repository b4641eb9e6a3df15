// No operator hides a NaN. What an output depends on is found by trial: the element of an input is changed, and the
// outputs that change with it must be NaN once the element is NaN. Forward: every input. Backward: the upstream
// gradient, and the values that a derivative is taken at where it is smooth (a gate of straight pieces passes dY at NaN
// as PyTorch's does).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class NaNLawTests
{
    private const int Batch = 2;
    private const int Channels = 4;
    private const int Length = 37;

    private static readonly Shape Values = new(Batch, Channels, Length);
    private static readonly Shape PerChannel = new(Channels);

    public static TheoryData<string, string> Rows
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (Case one in Cases)
            {
                foreach (string selector in one.Ladder is null
                    ? TestDevices.Selectors
                    : TestDevices.WithRungs(one.Ladder))
                {
                    rows.Add(selector, one.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Operator_ThatReadsANaN_GivesNaNWhereverItCounts(string selector, string name)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Case one = Cases.Single(some => some.Name == name);
        float[][] inputs = [.. one.Inputs.Select((shape, i) => Array.ConvertAll(
            Randoms.Normal(shape.Length, seed: i + 1), value => one.Positive ? Math.Abs(value) + 0.5f : value))];
        float[] expected = Run(inputs);
        Assert.DoesNotContain(expected, float.IsNaN);
        for (int input = 0; input < inputs.Length; input++)
        {
            bool any = false;
            int last = inputs[input].Length - 1;
            foreach (int at in new[] { last / 3, last }.Distinct())
            {
                float kept = inputs[input][at];
                inputs[input][at] = kept + 10;
                float[] changed = Run(inputs);
                inputs[input][at] = float.NaN;
                float[] got = Run(inputs);
                inputs[input][at] = kept;
                for (int i = 0; i < got.Length; i++)
                {
                    any |= changed[i] != expected[i];
                    Assert.True(
                        changed[i] == expected[i] || float.IsNaN(got[i]),
                        $"{name}: element {at} of input {input} is NaN, output {i} depends on it and is {got[i]}");
                }
            }

            Assert.True(any, $"{name}: nothing depends on input {input}");
        }

        float[] Run(float[][] values) => [.. one
            .Run(device, [.. one.Inputs.Select((shape, i) => device.Upload<float>(shape, values[i]))])
            .SelectMany(output => output.ToArray())];
    }

    [Fact]
    public void Operators_AreAllInTheList()
    {
        string[] operators =
        [
            .. typeof(Add).Assembly.GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false, Namespace: "NativeCnn.Engine.Operators" })
                .Where(type => type.GetMethods().Any(method => method.GetParameters().Any(parameter =>
                    parameter.ParameterType == typeof(Tensor<float>))))
                .Select(type => type.Name.Split('`')[0]),
        ];
        // What holds, chooses, counts or steps is no function of tensors.
        string[] others =
            ["MixedTargets", "RowFeed", "ClassificationMeter", "ClassificationLoss", "Sgd", "Adam", "RmsProp"];
        string[] listed = [.. Cases.Select(one => one.Name.Split(' ')[0]), .. others];

        Assert.Empty(operators.Except(listed));
    }

    private static WeightDecay WeightDecayOf(ComputeDevice device, bool decoupled)
    {
        float[] ones = new float[Values.Length];
        Array.Fill(ones, 1f);
        return new WeightDecay(device, device.Upload<float>(Values, ones), 0.1f, decoupled);
    }

    private static Tensor<float> Half(ComputeDevice device) => device.Upload<float>(new Shape(1), [0.5f]);

    private static IReadOnlyList<Case> Cases { get; } =
    [
        .. Enum.GetValues<ActivationKind>().SelectMany(kind => Function(
            kind.ToString(), device => Activation.Of(device, Values.Length, kind), kind != ActivationKind.LeakyRelu)),
        .. Function("Relu", device => new Activation<Relu>(device, Values.Length), smooth: false),
        .. Function("Sigmoid", device => new Activation<Sigmoid>(device, Values.Length), smooth: true),
        new("Add", [Values, Values], (device, x) =>
        {
            new Add(device, Values.Length).Forward(x[0], x[1], x[0]);
            return [x[0]];
        }),
        new("WeightDecay decoupled", [Values], (device, x) =>
        {
            WeightDecayOf(device, decoupled: true).Apply(x[0], device.Allocate<float>(Values), Half(device));
            return [x[0]];
        }),
        new("WeightDecay coupled", [Values, Values], (device, x) =>
        {
            WeightDecayOf(device, decoupled: false).Apply(x[0], x[1], Half(device));
            return [x[1]];
        }),
        new("GradientClip", [Values], (device, x) =>
        {
            new GradientClip(device, Values.Length, most: 1).Apply(x[0]);
            return [x[0]];
        }),
        new("RateFactors", [Values, Values], (device, x) =>
        {
            float[] halves = new float[Values.Length];
            Array.Fill(halves, 0.5f);
            var rates = new RateFactors(device, device.Upload<float>(Values, halves));
            rates.Begin(x[0]);
            rates.End(x[1]);
            return [x[1]];
        }),
        new("MovingAverage", [Values, Values], (device, x) =>
        {
            new MovingAverage(device, Values.Length, 0.5f).Apply(x[0], x[1], device.Upload<int>(new Shape(1), [9]));
            return [x[1]];
        }),
        new("ScaleBy", [Values, new(1)], (device, x) =>
        {
            new ScaleBy(device, Values.Length).Apply(x[0], x[1]);
            return [x[0]];
        }),
        new("Concat", [new(2, 3), new(2, 4)], (device, x) =>
        {
            var concat = new Concat(device, 2, 3, 4);
            Tensor<float> y = device.Allocate<float>(concat.Output);
            concat.Forward(x, y);
            Tensor<float> dA = device.Allocate<float>(x[0].Shape);
            Tensor<float> dB = device.Allocate<float>(x[1].Shape);
            concat.Backward(y, [dA, dB]);
            return [y, dA, dB];
        }),
        new("BandWindows", [new(2, 5, 3), new(2, 3, 9)], (device, x) =>
        {
            var windows = new BandWindows(device, new BandWindowsShape(2, 5, 3, Bands: 3, Stride: 2, Padding: 1));
            Tensor<float> y = device.Allocate<float>(x[1].Shape);
            Tensor<float> dX = device.Allocate<float>(x[0].Shape);
            windows.Forward(x[0], y);
            windows.Backward(x[1], dX);
            return [y, dX];
        }),
        new("ChannelScale", [Values, new(Batch, Channels), Values], (device, x) =>
        {
            var scale = new ChannelScale(device, Batch * Channels, Length);
            Tensor<float> y = device.Allocate<float>(Values);
            Tensor<float> dGate = device.Allocate<float>(x[1].Shape);
            scale.Forward(x[0], x[1], y);
            scale.Backward(x[0], x[1], x[2], x[2], dGate);
            return [y, x[2], dGate];
        }),
        new("Dropout", [Values, Values], (device, x) =>
        {
            var dropout = new Dropout(device, Values.Length, 0.3f, layer: 1, seed: 7);
            Tensor<float> mask = device.Allocate<float>(Values);
            dropout.Forward(x[0], x[0], mask, new TrainingProgress(device));
            dropout.Backward(x[1], mask, x[1]);
            return [x[0], x[1]];
        }),
        new("RowDropout", [Values, Values], (device, x) =>
        {
            var dropout = new RowDropout(device, Batch * Channels, Length, 0.3f, layer: 1, seed: 8);
            Tensor<float> mask = device.Allocate<float>(new(Batch, Channels));
            dropout.Forward(x[0], x[0], mask, new TrainingProgress(device));
            dropout.Backward(x[1], mask, x[1]);
            return [x[0], x[1]];
        }),
        new("GatherRows", [new(5, 3)], (device, x) =>
        {
            Tensor<int> indices = device.Upload<int>(new Shape(5), [4, 1, 0, 3, 2]);
            Tensor<float> y = device.Allocate<float>(x[0].Shape);
            new GatherRows(device, 5, 3).Gather(x[0], indices, indices, 0, y, device.Allocate<int>(new Shape(5)));
            return [y];
        }),
        .. Norms(),
        new("BatchNormFold", [new(4, 6), PerChannel, PerChannel, PerChannel, PerChannel, PerChannel], (device, x) =>
        {
            Tensor<float> weight = device.Allocate<float>(new(4, 6));
            Tensor<float> bias = device.Allocate<float>(PerChannel);
            new BatchNormFold(device, new(4, 6), 1e-5f).Fold(x[0], x[1], x[2], x[3], x[4], x[5], weight, bias);
            return [weight, bias];
        }) { Positive = true },
        .. Poolings(),
        new("Reduction sum, mean and gradient", [new(3, 37, 2)], (device, x) =>
        {
            var shape = new ReductionShape(3, 37, 2);
            var reduction = new Reduction(device, shape);
            Tensor<float> sum = device.Allocate<float>(shape.Output);
            Tensor<float> mean = device.Allocate<float>(shape.Output);
            Tensor<float> dX = device.Allocate<float>(shape.Input);
            reduction.Sum(x[0], sum);
            reduction.Mean(x[0], mean);
            reduction.SumBackward(sum, dX);
            return [sum, mean, dX];
        }) { Ladder = "reduction" },
        new("Reduction max", [new(3, 37, 2)], (device, x) =>
        {
            var shape = new ReductionShape(3, 37, 2);
            Tensor<float> max = device.Allocate<float>(shape.Output);
            new Reduction(device, shape).Max(x[0], max);
            return [max];
        }) { Ladder = "reduction" },
        new("MatMul", [new(5, 7), new(7, 9)], (device, x) =>
        {
            Tensor<float> c = device.Allocate<float>(new(5, 9));
            new MatMul(device, new MatMulShape(5, 9, 7)).Multiply(x[0], x[1], c);
            return [c];
        }) { Ladder = "matmul" },
        new("Dense", [new(3, 7), new(5, 7), new(5), new(3, 5)], (device, x) =>
        {
            var dense = new Dense(device, new DenseShape(3, 7, 5));
            Tensor<float> y = device.Allocate<float>(new(3, 5));
            Tensor<float> rectified = device.Allocate<float>(new(3, 5));
            Tensor<float> dX = device.Allocate<float>(new(3, 7));
            Tensor<float> dW = device.Allocate<float>(new(5, 7));
            Tensor<float> dBias = device.Allocate<float>(new(5));
            dense.Forward(x[0], x[1], x[2], y);
            dense.ForwardRelu(x[0], x[1], x[2], rectified);
            dense.BackwardWeight(x[0], x[3], dW, dBias);
            dense.BackwardInput(x[3], x[1], dX);
            return [y, rectified, dX, dW, dBias];
        }),
        .. Convolutions(),
        new("Softmax", [new(2, 9), new(2, 9)], (device, x) =>
        {
            var softmax = new Softmax(device, 2, 9);
            softmax.Forward(x[0], x[0]);
            softmax.Backward(x[0], x[1], x[1]);
            return [x[0], x[1]];
        }) { Ladder = "softmax" },
        new("LogSoftmax", [new(2, 9), new(2, 9)], (device, x) =>
        {
            var softmax = new LogSoftmax(device, 2, 9);
            softmax.Forward(x[0], x[0]);
            softmax.Backward(x[0], x[1], x[1]);
            return [x[0], x[1]];
        }) { Ladder = "softmax" },
        new("SoftmaxCrossEntropy", [new(2, 9), new(9)], (device, x) =>
        {
            Tensor<int> targets = device.Upload<int>(new Shape(2), [8, 0]);
            Tensor<float> loss = device.Allocate<float>(new(1));
            Tensor<float> dLogits = device.Allocate<float>(x[0].Shape);
            new SoftmaxCrossEntropy(device, 2, 9, 0.1f).ForwardBackward(x[0], targets, x[1], loss, dLogits);
            return [loss, dLogits];
        }) { Ladder = "softmax-cross-entropy", Positive = true },
        new("SigmoidCrossEntropy", [new(2, 9), new(2, 9), new(9)], (device, x) =>
        {
            Tensor<float> loss = device.Allocate<float>(new(1));
            Tensor<float> dLogits = device.Allocate<float>(x[0].Shape);
            new SigmoidCrossEntropy(device, 2, 9).ForwardBackward(x[0], x[1], x[2], loss, dLogits);
            return [loss, dLogits];
        }),
        new("FocalCrossEntropy", [new(2, 9), new(9)], (device, x) =>
        {
            Tensor<float> loss = device.Allocate<float>(new(1));
            Tensor<float> dLogits = device.Allocate<float>(x[0].Shape);
            Tensor<int> targets = device.Upload<int>(new(2), [4, 0]);
            new FocalCrossEntropy(device, 2, 9, 1.5f, 0.1f).ForwardBackward(x[0], targets, x[1], loss, dLogits);
            return [loss, dLogits];
        }) { Positive = true },
        new("LabelSetTargets", [new(2)], (device, x) =>
        {
            Tensor<int> rows = device.Upload<int>(new(2), [0, 1]);
            Tensor<float> y = device.Allocate<float>(new(2, 9));
            new LabelSetTargets(device, 2, 9).Fill(
                device.Upload<int>(new(2, 1), [0b1_0101, 0b1_1000_0000]), rows, y,
                new MixedTargets(device.Upload<int>(new(2), [1, 0]), x[0]));
            return [y];
        }),
        new("MultiLabelMeter", [new(1)], (device, x) =>
        {
            var totals = new MeterTotals(device);
            new MultiLabelMeter(device, 2, 9, totals).Add(
                device.Allocate<float>(new(2, 9)), device.Allocate<float>(new(2, 9)), x[0]);
            return [device.Upload<float>(new(1), [(float)totals.Read().LossSum])];
        }),
        new("RealFft", [new(2, 24)], (device, x) =>
        {
            var fft = new RealFft(device, 2, 24);
            Tensor<float> spectrum = device.Allocate<float>(new(2, 13, 2));
            Tensor<float> back = device.Allocate<float>(new(2, 24));
            fft.Forward(x[0], spectrum);
            fft.Inverse(spectrum, back);
            return [spectrum, back];
        }) { Ladder = "real-fft" },
        new("Resample", [new(2, 60)], (device, x) =>
        {
            var resample = new Resample(device, 60, 3, 2);
            Tensor<float> y = device.Allocate<float>(new(2, resample.Outputs));
            resample.Forward(x[0], y);
            return [y];
        }),
        new("WaveletTransform", [new(2, 32)], (device, x) =>
        {
            var transform = new WaveletTransform(device, 2, 32, Wavelet.Named("db2"), WaveletBorder.Symmetric, 2);
            Tensor<float> y = device.Allocate<float>(transform.Output);
            transform.Forward(x[0], y);
            return [y];
        }),
    ];

    private static IEnumerable<Case> Function(string name, Func<ComputeDevice, Activation> plan, bool smooth)
    {
        yield return new($"Activation {name}", [Values], (device, x) =>
        {
            Tensor<float> y = device.Allocate<float>(Values);
            plan(device).Forward(x[0], y);
            return [y];
        });
        yield return new($"Activation {name} backward", smooth ? [Values, Values] : [Values], (device, x) =>
        {
            Tensor<float> at = smooth ? x[1] : device.Upload<float>(Values, Randoms.Normal(Values.Length, seed: 9));
            plan(device).Backward(at, x[0], x[0]);
            return [x[0]];
        });
    }

    private static IEnumerable<Case> Norms()
    {
        foreach (bool relu in new[] { false, true })
        {
            foreach (bool train in new[] { false, true })
            {
                yield return new($"BatchNorm1d relu={relu} train={train}", [Values, PerChannel, PerChannel],
                    // With ReLU the gradients go by which values are open: see the head.
                    (device, x) => BatchNorm(device, relu, train, x, Randoms.Normal(Values.Length, seed: 9))[
                        ..(relu ? 1 : 4)]);
                yield return new($"BatchNorm1d backward relu={relu} train={train}", [Values], (device, x) => BatchNorm(
                    device, relu, train,
                    [
                        device.Upload<float>(Values, Randoms.Normal(Values.Length, seed: 9)),
                        device.Upload<float>(PerChannel, [1, -2, 3, 4]),
                        device.Upload<float>(PerChannel, [5, 6, 7, 8]),
                    ],
                    x[0].ToArray())[1..]);
            }
        }

        foreach (int window in new[] { 2, 3, 4 })
        {
            // As with BatchNorm1d and ReLU: the gradients go by which values are the largest and open.
            yield return new($"NormReluPool {window}", [Values, PerChannel, PerChannel], (device, x) =>
                NormReluPool(device, window, x, dY: null)[..1]);
            yield return new(
                $"NormReluPool backward {window}", [new(Batch, Channels, Length / window)], (device, x) => NormReluPool(
                    device, window,
                    [
                        device.Upload<float>(Values, Randoms.Normal(Values.Length, seed: 9)),
                        device.Upload<float>(PerChannel, [1, -2, 3, 4]),
                        device.Upload<float>(PerChannel, [5, 6, 7, 8]),
                    ],
                    x[0])[1..]);
        }

        yield return new("GroupNorm", [Values, PerChannel, PerChannel, Values], (device, x) =>
        {
            var shape = new GroupNormShape(Batch, Channels, Length, 2);
            var norm = new GroupNorm(device, shape, 1e-5f);
            Tensor<float> statistics = device.Allocate<float>(shape.Statistics);
            Tensor<float> y = device.Allocate<float>(Values);
            Tensor<float> dGamma = device.Allocate<float>(PerChannel);
            Tensor<float> dBeta = device.Allocate<float>(PerChannel);
            norm.Forward(x[0], x[1], x[2], statistics, y);
            norm.Backward(x[0], x[1], statistics, x[3], dGamma, dBeta, x[3]);
            return [y, dGamma, dBeta, x[3]];
        });
        foreach (int length in new[] { 1, Length })
        {
            var shape = new LayerNormShape(Batch, Channels, length);
            yield return new($"LayerNorm {length}", [shape.Values, PerChannel, PerChannel, shape.Values], (device, x) =>
            {
                var norm = new LayerNorm(device, shape, 1e-5f);
                Tensor<float> statistics = device.Allocate<float>(shape.Statistics);
                Tensor<float> y = device.Allocate<float>(shape.Values);
                Tensor<float> dGamma = device.Allocate<float>(PerChannel);
                Tensor<float> dBeta = device.Allocate<float>(PerChannel);
                norm.Forward(x[0], x[1], x[2], statistics, y);
                norm.Backward(x[0], x[1], statistics, x[3], dGamma, dBeta, x[3]);
                return [y, dGamma, dBeta, x[3]];
            });
        }
    }

    /// <summary>y of x, gamma, beta; and dBeta, dGamma and dX for a gradient.</summary>
    private static Tensor<float>[] BatchNorm(
        ComputeDevice device, bool relu, bool train, Tensor<float>[] x, float[] upstream)
    {
        var shape = new BatchNormShape(Batch, Channels, Length);
        var norm = new BatchNorm1d(device, shape, relu, 0.1f, 1e-5f);
        Tensor<float> mean = device.Allocate<float>(PerChannel);
        Tensor<float> variance = device.Upload<float>(PerChannel, [1, 2, 3, 4]);
        Tensor<float> statistics = device.Allocate<float>(shape.Statistics);
        Tensor<float> y = device.Allocate<float>(Values);
        Tensor<float> dGamma = device.Allocate<float>(PerChannel);
        Tensor<float> dBeta = device.Allocate<float>(PerChannel);
        Tensor<float> dX = device.Upload<float>(Values, upstream);
        if (train)
        {
            norm.Train(x[0], x[1], x[2], mean, variance, statistics, y);
        }
        else
        {
            norm.Infer(x[0], x[1], x[2], mean, variance, statistics, y);
        }

        norm.Backward(x[0], x[1], x[2], statistics, dX, dGamma, dBeta, dX, train);
        return [y, dGamma, dBeta, dX];
    }

    private static Tensor<float>[] NormReluPool(
        ComputeDevice device, int window, Tensor<float>[] x, Tensor<float>? dY)
    {
        var fused = new NormReluPool(device, new BatchNormShape(Batch, Channels, Length), window);
        Tensor<float> mean = device.Allocate<float>(PerChannel);
        Tensor<float> variance = device.Upload<float>(PerChannel, [1, 2, 3, 4]);
        Tensor<float> statistics = device.Allocate<float>(new Shape(2, Channels));
        Tensor<float> y = device.Allocate<float>(fused.Output);
        Tensor<float> dGamma = device.Allocate<float>(PerChannel);
        Tensor<float> dBeta = device.Allocate<float>(PerChannel);
        Tensor<float> dX = device.Allocate<float>(Values);
        fused.Train(x[0], x[1], x[2], mean, variance, statistics, y);
        if (dY is not null)
        {
            fused.Backward(x[0], x[1], x[2], statistics, dY, dGamma, dBeta, dX);
        }

        return [y, dGamma, dBeta, dX];
    }

    private static IEnumerable<Case> Poolings()
    {
        foreach (Pool1dShape shape in new Pool1dShape[]
        {
            new(Batch, Channels, Length, 2, 2), new(Batch, Channels, Length, 3, 2, 1), new(Batch, Channels, 64, 4, 4),
        })
        {
            string text = $"{shape.Window} by {shape.Stride}";
            yield return new($"MaxPool1d {text}", [shape.Input], (device, x) =>
            {
                var pool = new MaxPool1d(device, shape);
                Tensor<float> y = device.Allocate<float>(shape.Output);
                Tensor<float> again = device.Allocate<float>(shape.Output);
                pool.Forward(x[0], y, device.Allocate<int>(shape.Output));
                pool.Forward(x[0], again, null);
                return [y, again];
            });
            yield return new($"MaxPool1d backward {text}", [shape.Output], (device, x) =>
            {
                var pool = new MaxPool1d(device, shape);
                Tensor<int> argMax = device.Allocate<int>(shape.Output);
                pool.Forward(
                    device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 9)),
                    device.Allocate<float>(shape.Output), argMax);
                Tensor<float> dX = device.Allocate<float>(shape.Input);
                pool.Backward(x[0], argMax, dX);
                return [dX];
            });
            yield return new($"AveragePool1d {text}", [shape.Input, shape.Output], (device, x) =>
            {
                var pool = new AveragePool1d(device, shape);
                Tensor<float> y = device.Allocate<float>(shape.Output);
                Tensor<float> dX = device.Allocate<float>(shape.Input);
                pool.Forward(x[0], y);
                pool.Backward(x[1], dX);
                return [y, dX];
            });
        }

        yield return new("GlobalMeanMaxPool", [Values], (device, x) =>
        {
            var pool = new GlobalMeanMaxPool(device, Batch, Channels, Length);
            Tensor<float> y = device.Allocate<float>(pool.Output);
            Tensor<float> again = device.Allocate<float>(pool.Output);
            pool.Forward(x[0], y, device.Allocate<int>(pool.ArgMax));
            pool.Forward(x[0], again, null);
            return [y, again];
        });
        yield return new("GlobalMeanMaxPool backward", [new(Batch, 2 * Channels)], (device, x) =>
        {
            var pool = new GlobalMeanMaxPool(device, Batch, Channels, Length);
            Tensor<float> dX = device.Allocate<float>(Values);
            pool.Backward(x[0], device.Allocate<int>(pool.ArgMax), dX);
            return [dX];
        });
    }

    private static IEnumerable<Case> Convolutions()
    {
        var shape = new Conv1dShape(Batch, 3, 40, 5, 3, Padding: 1);
        yield return new("Conv1d", [shape.Input, shape.Weight, new(5), shape.Output], (device, x) =>
        {
            var conv = new Conv1d(device, shape);
            Tensor<float> y = device.Allocate<float>(shape.Output);
            Tensor<float> dX = device.Allocate<float>(shape.Input);
            Tensor<float> dW = device.Allocate<float>(shape.Weight);
            Tensor<float> dBias = device.Allocate<float>(new(5));
            conv.Forward(x[0], x[1], x[2], y);
            conv.BackwardInput(x[3], x[1], dX);
            conv.BackwardWeight(x[0], x[3], dW, dBias);
            return [y, dX, dW, dBias];
        })
        { Ladder = "conv1d" };
        foreach (int window in new[] { 1, 2, 3 })
        {
            Pool1dShape? pool = window > 1 ? new Pool1dShape(Batch, 5, shape.OutputLength, window, window) : null;
            Shape output = pool?.Output ?? shape.Output;
            yield return new($"ConvReluPool {window}", [shape.Input, shape.Weight, new(5)], (device, x) =>
                [Fused(device, x, null)[0]])
            { Ladder = "conv1d" };
            yield return new($"ConvReluPool backward {window}", [output], (device, x) => Fused(
                device,
                [
                    device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 11)),
                    device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 12)),
                    device.Upload<float>(new(5), [1, 2, 3, 4, 5]),
                ],
                x[0])[1..])
            { Ladder = "conv1d" };

            Tensor<float>[] Fused(ComputeDevice device, Tensor<float>[] x, Tensor<float>? dY)
            {
                var fused = new ConvReluPool(device, shape, pool);
                Tensor<float> y = device.Allocate<float>(output);
                Tensor<int>? argMax = pool is null ? null : device.Allocate<int>(output);
                Tensor<float> dX = device.Allocate<float>(shape.Input);
                Tensor<float> dW = device.Allocate<float>(shape.Weight);
                Tensor<float> dBias = device.Allocate<float>(new(5));
                fused.Forward(x[0], x[1], x[2], y, argMax);
                if (dY is not null)
                {
                    fused.Backward(x[0], x[1], y, dY, argMax, dW, dBias, dX);
                }

                return [y, dX, dW, dBias];
            }
        }
    }

    /// <summary>A function of tensors.</summary>
    /// <param name="Name">The operator's type, and what is special.</param>
    /// <param name="Inputs">The shapes of its inputs.</param>
    /// <param name="Run">Outputs of inputs; inputs may be written over.</param>
    private sealed record Case(string Name, Shape[] Inputs, Func<ComputeDevice, Tensor<float>[], Tensor<float>[]> Run)
    {
        /// <summary>The ladder each of whose rungs is tried, if there is one.</summary>
        public string? Ladder { get; init; }

        /// <summary>True where the inputs must be above 0.</summary>
        public bool Positive { get; init; }
    }
}
