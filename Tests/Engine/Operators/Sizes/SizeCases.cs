// Each operator with numbers that may be anything: a case says how large it is, or is refused by its shape, and then
// plans the operator and runs its passes. Numbers come from Numbers: mostly small, at times a limit.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;

namespace NativeCnn.Tests.Engine.Operators.Sizes;

/// <summary>One case: how many numbers its tensors have and how many operations it takes, and how it is run.</summary>
/// <param name="Elements">Of all tensors together.</param>
/// <param name="Operations">Of a pass.</param>
/// <param name="Plan">Plans the operator; what it gives runs all passes.</param>
internal sealed record SizeCase(long Elements, double Operations, Func<ComputeDevice, Action<GuardedMemory>> Plan);

internal static class SizeCases
{
    /// <summary>The operators by name; each makes a case of random numbers, or throws what its shape throws.</summary>
    public static IReadOnlyDictionary<string, Func<Numbers, SizeCase>> All { get; } =
        new Dictionary<string, Func<Numbers, SizeCase>>
        {
            ["conv1d"] = n =>
            {
                Conv1dShape s = Convolution(n);
                s.Validate();
                return new SizeCase(Sum(s.Input, s.Weight, s.Output), s.Operations, device =>
                {
                    var conv = new Conv1d(device, s);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s.Input), w = m.Of(s.Weight), b = m.Of(s.Bias), y = m.Of(s.Output);
                        conv.Forward(x, w, b, y);
                        conv.BackwardInput(y, w, m.Of(s.Input));
                        conv.BackwardWeight(x, y, m.Of(s.Weight), m.Of(s.Bias));
                    };
                });
            },
            ["conv + relu + pool"] = n =>
            {
                Conv1dShape s = Convolution(n);
                s.Validate();
                Pool1dShape? pool = n.Next(3) == 0
                    ? null
                    : new Pool1dShape(s.Batch, s.Filters, s.OutputLength, n.Any(), n.Any(), n.Next(2), n.Next(2) == 0);
                pool?.Validate();
                return new SizeCase(Sum(s.Input, s.Weight, s.Output), s.Operations, device =>
                {
                    var all = new ConvReluPool(device, s, pool);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s.Input), w = m.Of(s.Weight), b = m.Of(s.Bias), y = m.Of(all.Output);
                        Tensor<int>? places = pool is null ? null : m.Indices(all.Output, 1);
                        all.Forward(x, w, b, y, places);
                        all.Backward(
                            x, w, y, m.Of(all.Output), places, m.Of(s.Weight), m.Of(s.Bias), m.Of(s.Input));
                    };
                });
            },
            ["max pool"] = n =>
            {
                Pool1dShape s = Pooling(n);
                s.Validate();
                return new SizeCase(Sum(s.Input, s.Output), s.Operations, device =>
                {
                    var pool = new MaxPool1d(device, s);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s.Input), y = m.Of(s.Output);
                        Tensor<int> places = m.Indices(s.Output, 1);
                        pool.Forward(x, y, null);
                        pool.Forward(x, y, places);
                        pool.Backward(y, places, m.Of(s.Input));
                    };
                });
            },
            ["average pool"] = n =>
            {
                Pool1dShape s = Pooling(n);
                s.Validate();
                return new SizeCase(Sum(s.Input, s.Output), s.Operations, device =>
                {
                    var pool = new AveragePool1d(device, s, n.Next(2) == 0);
                    return m =>
                    {
                        Tensor<float> y = m.Of(s.Output);
                        pool.Forward(m.Of(s.Input), y);
                        pool.Backward(y, m.Of(s.Input));
                    };
                });
            },
            ["global pool"] = n =>
            {
                (int batch, int channels, int length) = (n.Any(), n.Any(), n.Any());
                return Plain((double)batch * channels * length, device =>
                {
                    var pool = new GlobalMeanMaxPool(device, batch, channels, length);
                    return m =>
                    {
                        Tensor<float> y = m.Of(pool.Output);
                        Tensor<int> places = m.Indices(pool.ArgMax, 1);
                        pool.Forward(m.Of(pool.Input), y, places);
                        pool.Backward(y, places, m.Of(pool.Input));
                    };
                });
            },
            ["dense"] = n =>
            {
                var s = new DenseShape(n.Any(), n.Any(), n.Any());
                s.Validate();
                return new SizeCase(Sum(s.Input, s.Weight, s.Output), s.Operations, device =>
                {
                    var dense = new Dense(device, s);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s.Input), w = m.Of(s.Weight), b = m.Of(s.Bias), y = m.Of(s.Output);
                        dense.Forward(x, w, b, y);
                        dense.ForwardRelu(x, w, null, y);
                        dense.BackwardInput(y, w, m.Of(s.Input));
                        dense.BackwardWeight(x, y, m.Of(s.Weight), m.Of(s.Bias));
                    };
                });
            },
            ["matmul"] = n =>
            {
                var s = new MatMulShape(n.Any(), n.Any(), n.Any(), n.Next(2) == 0, n.Next(2) == 0);
                return Plain(
                    ((double)s.M * s.K) + ((double)s.K * s.N) + ((double)s.M * s.N),
                    device =>
                    {
                        var product = new MatMul(device, s);
                        return m => product.Multiply(m.Of(s.A), m.Of(s.B), m.Of(s.C));
                    },
                    2.0 * s.M * s.N * s.K);
            },
            ["batch norm"] = n =>
            {
                var s = new BatchNormShape(n.Any(), n.Any(), n.Any());
                return Plain((double)s.Batch * s.Channels * s.Length, device =>
                {
                    var norm = new BatchNorm1d(device, s, relu: n.Next(2) == 0);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s.Values), gamma = m.Of(s.PerChannel), beta = m.Of(s.PerChannel);
                        Tensor<float> mean = m.Of(s.PerChannel), variance = m.Positive(s.PerChannel);
                        Tensor<float> kept = m.Of(s.Statistics), y = m.Of(s.Values);
                        norm.Train(x, gamma, beta, mean, variance, kept, y);
                        norm.Infer(x, gamma, beta, mean, variance, kept, y);
                        norm.Backward(
                            x, gamma, beta, kept, y, m.Of(s.PerChannel), m.Of(s.PerChannel), m.Of(s.Values));
                    };
                });
            },
            ["group norm"] = n =>
            {
                var s = new GroupNormShape(n.Any(), n.Any(), n.Any(), n.Next(3) == 0 ? n.Any() : 1);
                s.Validate();
                return Norm(s.Values, s.PerChannel, s.Statistics, device => new GroupNorm(device, s, 1e-5f));
            },
            ["layer norm"] = n =>
            {
                var s = new LayerNormShape(n.Any(), n.Any(), n.Any());
                s.Validate();
                return Norm(s.Values, s.PerChannel, s.Statistics, device => new LayerNorm(device, s, 1e-5f));
            },
            ["add"] = n =>
            {
                int length = n.Any();
                return Plain(length, device =>
                {
                    var add = new Add(device, length);
                    var s = new Shape(length);
                    return m => add.Forward(m.Of(s), m.Of(s), m.Of(s));
                });
            },
            ["concat"] = n =>
            {
                int batch = n.Any();
                int[] widths = [.. Enumerable.Range(0, n.Next(4)).Select(_ => n.Any())];
                return Plain((double)batch * widths.Sum(width => (double)width), device =>
                {
                    var concat = new Concat(device, batch, widths);
                    return m =>
                    {
                        Tensor<float> y = m.Of(new Shape(batch, widths.Sum()));
                        Tensor<float>[] inputs = [.. widths.Select(width => m.Of(new Shape(batch, width)))];
                        concat.Forward(inputs, y);
                        concat.Backward(y, inputs);
                    };
                });
            },
            ["band windows"] = n =>
            {
                var s = new BandWindowsShape(n.Any(), n.Any(), n.Any(), n.Any(), n.Any(), n.Any());
                s.Validate();
                return Plain((double)s.Input.Length + s.Output.Length, device =>
                {
                    var windows = new BandWindows(device, s);
                    return m =>
                    {
                        windows.Forward(m.Of(s.Input), m.Of(s.Output));
                        windows.Backward(m.Of(s.Output), m.Of(s.Input));
                    };
                });
            },
            ["channel scale"] = n =>
            {
                (int rows, int length) = (n.Any(), n.Any());
                return Plain((double)rows * length, device =>
                {
                    var scale = new ChannelScale(device, rows, length);
                    var s = new Shape(rows, length);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s), gate = m.Of(new Shape(rows)), y = m.Of(s);
                        scale.Forward(x, gate, y);
                        scale.Backward(x, gate, y, m.Of(s), m.Of(new Shape(rows)));
                    };
                });
            },
            ["dropout"] = n =>
            {
                int length = n.Any();
                return Plain(length, device =>
                {
                    var dropout = new Dropout(device, length, 0.4f, 1, 2);
                    var progress = new TrainingProgress(device);
                    var s = new Shape(length);
                    return m =>
                    {
                        Tensor<float> mask = m.Of(s);
                        dropout.Forward(m.Of(s), m.Of(s), mask, progress);
                        dropout.Backward(m.Of(s), mask, m.Of(s));
                    };
                });
            },
            ["row dropout"] = n =>
            {
                (int rows, int length) = (n.Any(), n.Any());
                return Plain((double)rows * length, device =>
                {
                    var dropout = new RowDropout(device, rows, length, 0.4f, 1, 2);
                    var progress = new TrainingProgress(device);
                    var s = new Shape(rows, length);
                    return m =>
                    {
                        Tensor<float> mask = m.Of(new Shape(rows));
                        dropout.Forward(m.Of(s), m.Of(s), mask, progress);
                        dropout.Backward(m.Of(s), mask, m.Of(s));
                    };
                });
            },
            ["activation"] = n =>
            {
                int length = n.Any();
                ActivationKind kind = Enum.GetValues<ActivationKind>()[n.Next(Enum.GetValues<ActivationKind>().Length)];
                return Plain(length, device =>
                {
                    var activation = Activation.Of(device, length, kind);
                    var s = new Shape(length);
                    return m =>
                    {
                        Tensor<float> y = m.Of(s);
                        activation.Forward(m.Of(s), y);
                        activation.Backward(y, m.Of(s), m.Of(s));
                    };
                });
            },
            ["softmax"] = n =>
            {
                (int rows, int classes) = (n.Any(), n.Any());
                return Plain((double)rows * classes, device =>
                {
                    var softmax = new Softmax(device, rows, classes);
                    var logarithm = new LogSoftmax(device, rows, classes);
                    var s = new Shape(rows, classes);
                    return m =>
                    {
                        Tensor<float> y = m.Of(s);
                        softmax.Forward(m.Of(s), y);
                        softmax.Backward(y, m.Of(s), m.Of(s));
                        logarithm.Forward(m.Of(s), y);
                        logarithm.Backward(y, m.Of(s), m.Of(s));
                    };
                });
            },
            ["losses"] = n =>
            {
                (int rows, int classes) = (n.Any(), n.Any());
                return Plain((double)rows * classes, device =>
                {
                    var softmax = new SoftmaxCrossEntropy(device, rows, classes, 0.1f);
                    var sigmoid = new SigmoidCrossEntropy(device, rows, classes);
                    var meter = new ClassificationMeter(device, rows, classes);
                    var focal = new FocalCrossEntropy(device, rows, classes, 2f, 0.1f);
                    var expand = new LabelSetTargets(device, rows, classes);
                    var several = new MultiLabelMeter(device, rows, classes, new MeterTotals(device));
                    var s = new Shape(rows, classes);
                    return m =>
                    {
                        Tensor<float> logits = m.Of(s), weights = m.Positive(new Shape(classes));
                        Tensor<float> loss = m.Of(new Shape(1));
                        Tensor<int> targets = m.Indices(new Shape(rows), classes);
                        softmax.ForwardBackward(logits, targets, weights, loss, m.Of(s));
                        meter.Add(logits, targets, loss);
                        sigmoid.ForwardBackward(logits, m.Positive(s), weights, loss, m.Of(s));
                        focal.ForwardBackward(logits, targets, weights, loss, m.Of(s));
                        Tensor<float> expanded = m.Of(s);
                        var sets = new Shape(classes, LabelSetTargets.WordsOf(classes));
                        expand.Fill(m.Indices(sets, classes), targets, expanded);
                        several.Add(logits, expanded, loss);
                    };
                });
            },
            ["reduction"] = n =>
            {
                var s = new ReductionShape(n.Any(), n.Any(), n.Any());
                return Plain((double)s.Outer * s.Length * s.Inner, device =>
                {
                    var reduction = new Reduction(device, s);
                    return m =>
                    {
                        Tensor<float> x = m.Of(s.Input), y = m.Of(s.Output);
                        reduction.Sum(x, y);
                        reduction.Max(x, y);
                        reduction.MeanBackward(y, x);
                    };
                });
            },
            ["gather"] = n =>
            {
                (int rows, int length, int sources) = (n.Any(), n.Any(), 1 + n.Next(9));
                return Plain(((double)rows + sources) * Math.Max(length, 1), device =>
                {
                    var gather = new GatherRows(device, rows, length);
                    return m => gather.Gather(
                        m.Of(new Shape(sources, length)), m.Indices(new Shape(sources), 5),
                        m.Indices(new Shape(rows + 2), sources), 2, m.Of(new Shape(rows, length)),
                        m.Indices(new Shape(rows), 5));
                });
            },
            ["fft"] = n =>
            {
                (int batch, int length) = (n.Any(), n.Any());
                return Plain(
                    3.0 * batch * length,
                    device =>
                    {
                        var fft = new RealFft(device, batch, length);
                        return m =>
                        {
                            Tensor<float> x = m.Of(new Shape(batch, length));
                            Tensor<float> spectrum = m.Of(new Shape(batch, (length / 2) + 1, 2));
                            fft.Forward(x, spectrum);
                            fft.Inverse(spectrum, x);
                        };
                    },
                    // The plan has tables of its own, whatever the batch.
                    batch > 0 && RealFft.Supports(length) ? 100.0 * batch * length : 40.0 * length);
            },
            ["resample"] = n =>
            {
                (int batch, int samples, int from, int to) = (1 + n.Next(3), n.Any(), n.Any(), n.Any());
                double outputs = (double)samples * to / Math.Max(from, 1);
                return Plain(
                    batch * (samples + outputs),
                    device =>
                    {
                        var resample = new Resample(device, samples, from, to);
                        return m => resample.Forward(
                            m.Of(new Shape(batch, samples)), m.Of(new Shape(batch, resample.Outputs)));
                    },
                    from > 0 && to > 0 ? outputs * Resample.TapsOf(from, to) : 0);
            },
            ["wavelet"] = n =>
            {
                (int batch, int length, int levels) = (n.Any(), n.Any(), n.Next(20));
                WaveletBorder border = Enum.GetValues<WaveletBorder>()[n.Next(Enum.GetValues<WaveletBorder>().Length)];
                var wavelet = Wavelet.Named(Wavelet.Names.ElementAt(n.Next(Wavelet.Names.Count)));
                return Plain(batch * (length + (500.0 * levels)), device =>
                {
                    var transform = new WaveletTransform(device, batch, length, wavelet, border, levels);
                    return m => transform.Forward(m.Of(new Shape(batch, length)), m.Of(transform.Output));
                });
            },
            ["features"] = n =>
            {
                int fft = n.Next(4) == 0 ? n.Any() : 1 << n.Next(1, 10);
                FeatureOptions options = new()
                {
                    Kind = Enum.GetValues<FeatureKind>()[n.Next(Enum.GetValues<FeatureKind>().Length)],
                    SampleRate = n.Next(4) == 0 ? n.Any() : 8000,
                    FftSize = fft,
                    HopLength = n.Next(2) == 0 ? n.Any() : 1 + n.Next(200),
                    WindowLength = n.Next(3) == 0 ? n.Any() : null,
                    Center = n.Next(2) == 0,
                    FrameIsWindow = n.Next(4) == 0,
                    MelBands = n.Next(3) == 0 ? n.Any() : 1 + n.Next(40),
                    Coefficients = n.Next(3) == 0 ? n.Any() : 1 + n.Next(20),
                    Deltas = n.Next(3),
                    DeltaWidth = n.Next(3) == 0 ? n.Any() : null,
                    PreEmphasis = n.Next(2) == 0 ? 0 : 0.97,
                };
                (int batch, int samples) = (n.Any(), n.Next(3) == 0 ? n.Any() : n.Next(2000));
                options.Validate();
                double frames = samples < 0 ? 0 : options.Frames(samples);
                double rows = options.Rows;
                double tables = options.FftSize + ((double)options.MelBands * options.Coefficients) +
                    (options.MelBands * 2.0);
                double all = batch * (samples + (frames * rows));
                return Plain(
                    all,
                    device =>
                    {
                        var extractor = new FeatureExtractor(device, options, batch, samples);
                        return m => extractor.Extract(m.Of(new Shape(batch, samples)), m.Of(extractor.Output));
                    },
                    Math.Max(tables * 20, batch * frames * ((options.FftSize * 40.0) + tables)));
            },
        };

    private static Conv1dShape Convolution(Numbers n)
    {
        int groups = n.Next(3) == 0 ? n.Any() : 1;
        int times = n.Next(2) == 0 ? Math.Max(groups, 1) : 1;
        if (n.Next(4) == 0)
        {
            // What "same" pads: however far the taps lie apart, the output is short, and there is little to compute.
            (int taps, int dilation) = (1 + n.Next(4), n.Limit());
            int all = (int)Math.Clamp((long)dilation * (taps - 1), int.MinValue, int.MaxValue);
            return new Conv1dShape(
                n.Any(), n.Any(), n.Any(), n.Any(), taps, n.Next(2) == 0 ? 1 : n.Any(), all / 2, dilation, 1,
                all - (all / 2));
        }

        return new Conv1dShape(
            n.Any(), n.Times(times), n.Any(), n.Times(times), n.Any(), n.Next(2) == 0 ? 1 : n.Any(), n.Any(0),
            n.Next(2) == 0 ? 1 : n.Any(), groups, n.Next(3) == 0 ? n.Any(0) : null);
    }

    private static Pool1dShape Pooling(Numbers n) =>
        new(n.Any(), n.Any(), n.Any(), n.Any(), n.Any(), n.Next(2) == 0 ? 0 : n.Any(0), n.Next(2) == 0);

    private static SizeCase Plain(
        double elements, Func<ComputeDevice, Action<GuardedMemory>> plan, double operations = 0) =>
        new((long)Math.Min(elements, 1e18), operations > 0 ? operations : elements, plan);

    private static SizeCase Norm(
        Shape values, Shape perChannel, Shape statistics, Func<ComputeDevice, INormalization> of) =>
        new(Sum(values, perChannel, statistics), values.Length, device =>
        {
            INormalization norm = of(device);
            return m =>
            {
                Tensor<float> x = m.Of(values), gamma = m.Of(perChannel), beta = m.Of(perChannel);
                Tensor<float> kept = m.Of(statistics), y = m.Of(values);
                norm.Forward(x, gamma, beta, kept, y);
                norm.Backward(x, gamma, kept, y, m.Of(perChannel), m.Of(perChannel), m.Of(values));
            };
        });

    private static long Sum(params ReadOnlySpan<Shape> shapes)
    {
        long sum = 0;
        foreach (Shape shape in shapes)
        {
            sum += shape.Length;
        }

        return sum;
    }
}
