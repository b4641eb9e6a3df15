// The hot operators at the shapes of the article's network, batch 64 (a small one on the simulator), and at sizes that
// fill a GPU. How operations and bytes are counted: KernelCase.
using System.Numerics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>What <c>nativecnn bench kernels</c> measures.</summary>
internal static class KernelCases
{
    private const int SampleRate = 8000;

    /// <summary>The cases for a device: fewer and smaller on the simulator, larger ones too on a GPU.</summary>
    public static IEnumerable<KernelCase> For(ComputeDevice device)
    {
        bool isSimulator = device.Info.Kind == DeviceKind.Simulator;
        int batch = isSimulator ? 2 : 64;
        var conv = new Conv1dShape(batch, isSimulator ? 8 : 40, isSimulator ? 20 : 100, isSimulator ? 16 : 64, 4);
        int inputs = conv.Filters * (conv.OutputLength / 2);
        int parameters = conv.Weight.Length + conv.Filters + (128 * (inputs + 1)) + (10 * 129);
        int gemm = isSimulator ? 32 : 512;
        List<KernelCase> cases =
        [
            Product("matmul", new MatMulShape(gemm, gemm, gemm)),
            Product("matmul.dense-forward", new MatMulShape(batch, 128, inputs, TransposeB: true)),
            Product("matmul.dense-weight", new MatMulShape(128, inputs, batch, TransposeA: true)),
            ConvForward(conv), ConvBackwardInput(conv), ConvBackwardWeight(conv), Block(conv), BlockBackward(conv),
            Relu(conv.Output.Length), Pool(conv), SoftmaxOf(batch, 10), CrossEntropyOf(batch, 10),
            ReductionOf(new ReductionShape(1, batch, 128)),
            ReductionOf(new ReductionShape(batch, isSimulator ? 64 : 4096, 1)),
            AdamOf(parameters), SgdOf(parameters),
            Fft(batch * (isSimulator ? 2 : 100), isSimulator ? 64 : 512, inverse: false),
            Fft(batch * (isSimulator ? 2 : 100), isSimulator ? 64 : 512, inverse: true),
            Mfcc(batch, isSimulator ? SampleRate / 20 : SampleRate),
        ];
        if (device.Info.IsGpu)
        {
            cases.AddRange(
            [
                Product("matmul", new MatMulShape(2048, 2048, 2048)), SoftmaxOf(65_536, 128),
                CrossEntropyOf(65_536, 128), ReductionOf(new ReductionShape(1, 65_536, 512)),
                ReductionOf(new ReductionShape(4096, 8192, 1)), AdamOf(1 << 24), SgdOf(1 << 24),
                Fft(65_536, 512, inverse: false), Mfcc(512, SampleRate),
            ]);
        }

        return cases;
    }

    private static KernelCase Product(string name, MatMulShape s) => new(
        name, s.ToString(), "matmul", s.Operations, Numbers(s.A.Length, s.B.Length, s.C.Length), device =>
        {
            Tensor<float> a = Noise(device, s.A), b = Noise(device, s.B), c = device.Allocate<float>(s.C);
            return () =>
            {
                var product = new MatMul(device, s);
                return () => product.Multiply(a, b, c);
            };
        });

    private static KernelCase ConvForward(Conv1dShape s) => new(
        "conv1d.forward", Describe(s), "conv1d", Operations(s),
        Numbers(s.Input.Length, s.Weight.Length, s.Filters, s.Output.Length), device =>
        {
            Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight), bias = Noise(device, s.Bias);
            Tensor<float> y = device.Allocate<float>(s.Output);
            return () =>
            {
                var conv = new Conv1d(device, s);
                return () => conv.Forward(x, weight, bias, y);
            };
        })
    { Choice = "forward," };

    private static KernelCase ConvBackwardInput(Conv1dShape s) => new(
        "conv1d.backward-input", Describe(s), "conv1d", Operations(s),
        Numbers(s.Input.Length, s.Weight.Length, s.Output.Length), device =>
        {
            Tensor<float> dY = Noise(device, s.Output), weight = Noise(device, s.Weight);
            Tensor<float> dX = device.Allocate<float>(s.Input);
            return () =>
            {
                var conv = new Conv1d(device, s);
                return () => conv.BackwardInput(dY, weight, dX);
            };
        })
    { Choice = "gradient of x" };

    private static KernelCase ConvBackwardWeight(Conv1dShape s) => new(
        "conv1d.backward-weight", Describe(s), "conv1d.backward-weight", Operations(s),
        Numbers(s.Input.Length, s.Output.Length, 2 * s.Weight.Length, 2 * s.Filters), device =>
        {
            Tensor<float> x = Noise(device, s.Input), dY = Noise(device, s.Output);
            Tensor<float> dWeight = device.Allocate<float>(s.Weight), dBias = device.Allocate<float>(s.Bias);
            return () =>
            {
                var conv = new Conv1d(device, s);
                return () => conv.BackwardWeight(x, dY, dWeight, dBias);
            };
        });

    private static KernelCase Block(Conv1dShape s)
    {
        Pool1dShape pool = PoolOf(s);
        return new(
            "conv-relu-pool.forward", Describe(s), "conv1d", Operations(s),
            Numbers(s.Input.Length, s.Weight.Length, s.Filters, 2 * pool.Output.Length), device =>
            {
                Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight);
                Tensor<float> bias = Noise(device, s.Bias), y = device.Allocate<float>(pool.Output);
                Tensor<int> argMax = device.Allocate<int>(pool.Output);
                return () =>
                {
                    var block = new ConvReluPool(device, s, pool);
                    return () => block.Forward(x, weight, bias, y, argMax);
                };
            })
        { Choice = "forward with ReLU" };
    }

    // The gradients of a network's first layer: of weights alone, and half the positions lost in pooling.
    private static KernelCase BlockBackward(Conv1dShape s)
    {
        Pool1dShape pool = PoolOf(s);
        return new(
            "conv-relu-pool.backward", Describe(s), "conv1d.backward-weight", Operations(s) / 2,
            Numbers(s.Input.Length, 3 * pool.Output.Length, 2 * s.Weight.Length, 2 * s.Filters), device =>
            {
                Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight), bias = Noise(device, s.Bias);
                Tensor<float> y = device.Allocate<float>(pool.Output), dY = Noise(device, pool.Output);
                Tensor<float> dWeight = device.Allocate<float>(s.Weight), dBias = device.Allocate<float>(s.Bias);
                Tensor<int> argMax = device.Allocate<int>(pool.Output);
                return () =>
                {
                    var block = new ConvReluPool(device, s, pool);
                    block.Forward(x, weight, bias, y, argMax);
                    return () => block.Backward(x, weight, y, dY, argMax, dWeight, dBias, dX: null);
                };
            });
    }

    private static KernelCase Relu(int length) => new(
        "relu.forward", $"{length}", null, length, Numbers(2 * length), device =>
        {
            Tensor<float> x = Noise(device, new Shape(length)), y = device.Allocate<float>(x.Shape);
            return () =>
            {
                var relu = new Activation<Relu>(device, length);
                return () => relu.Forward(x, y);
            };
        });

    private static KernelCase Pool(Conv1dShape s)
    {
        Pool1dShape pool = PoolOf(s);
        return new(
            "max-pool.forward", $"{pool.Batch} x {pool.Channels} x {pool.Length}", null, pool.Output.Length,
            Numbers(pool.Input.Length, 2 * pool.Output.Length), device =>
            {
                Tensor<float> x = Noise(device, pool.Input), y = device.Allocate<float>(pool.Output);
                Tensor<int> argMax = device.Allocate<int>(pool.Output);
                return () =>
                {
                    var operation = new MaxPool1d(device, pool);
                    return () => operation.Forward(x, y, argMax);
                };
            });
    }

    private static KernelCase SoftmaxOf(int rows, int classes) => new(
        "softmax.forward", $"{rows} x {classes}", "softmax", 5.0 * rows * classes, Numbers(2 * rows * classes), device =>
        {
            Tensor<float> x = Noise(device, new Shape(rows, classes)), y = device.Allocate<float>(x.Shape);
            return () =>
            {
                var softmax = new Softmax(device, rows, classes);
                return () => softmax.Forward(x, y);
            };
        });

    private static KernelCase CrossEntropyOf(int rows, int classes) => new(
        "softmax-cross-entropy", $"{rows} x {classes}", "softmax-cross-entropy", 6.0 * rows * classes,
        Numbers(2 * rows * classes, rows), device =>
        {
            Tensor<float> x = Noise(device, new Shape(rows, classes)), dX = device.Allocate<float>(x.Shape);
            Tensor<int> targets = device.Upload<int>(
                new Shape(rows), [.. Enumerable.Range(0, rows).Select(row => row % classes)]);
            Tensor<float> loss = device.Allocate<float>(new Shape(1));
            return () =>
            {
                var entropy = new SoftmaxCrossEntropy(device, rows, classes);
                return () => entropy.ForwardBackward(x, targets, null, loss, dX);
            };
        });

    private static KernelCase ReductionOf(ReductionShape s) => new(
        s.Inner == 1 ? "reduction.rows" : "reduction.columns", $"{s.Outer} x {s.Length} x {s.Inner}", "reduction",
        s.Input.Length, Numbers(s.Input.Length, s.Output.Length), device =>
        {
            Tensor<float> x = Noise(device, s.Input), y = device.Allocate<float>(s.Output);
            return () =>
            {
                var reduction = new Reduction(device, s);
                return () => reduction.Sum(x, y);
            };
        });

    private static KernelCase AdamOf(int parameters) => new(
        "adam", $"{parameters}", "adam", 15.0 * parameters, Numbers(8L * parameters),
        device => Optimizer(device, parameters, (p, g, progress) => new Adam(device, p, g, progress)));

    private static KernelCase SgdOf(int parameters) => new(
        "sgd", $"{parameters}, momentum", "sgd", 6.0 * parameters, Numbers(6L * parameters),
        device => Optimizer(device, parameters, (p, g, progress) => new Sgd(device, p, g, progress)));

    private static Func<Action> Optimizer(
        ComputeDevice device, int parameters, Func<Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer> make)
    {
        Tensor<float> values = Noise(device, new Shape(parameters)), gradients = Noise(device, new Shape(parameters));
        var progress = new TrainingProgress(device);
        progress.SetStep(2); // Past the first, at which momentum begins.
        progress.SetLearningRate(1e-3f);
        return () => make(values, gradients, progress).Step;
    }

    private static KernelCase Fft(int rows, int length, bool inverse) => new(
        inverse ? "real-fft.inverse" : "real-fft.forward", $"{rows} x {length}", "real-fft",
        2.5 * rows * length * BitOperations.Log2((uint)length), Numbers((long)rows * ((2 * length) + 2)), device =>
        {
            Tensor<float> x = Noise(device, new Shape(rows, length));
            Tensor<float> spectrum = Noise(device, new Shape(rows, (length / 2) + 1, 2));
            return () =>
            {
                var fft = new RealFft(device, rows, length);
                return inverse ? () => fft.Inverse(spectrum, x) : () => fft.Forward(x, spectrum);
            };
        });

    // Operations: the transform's 2.5 N log2 N, 4 a bin for the power, 4 for two weights a bin, 2 a term of the cosines.
    private static KernelCase Mfcc(int clips, int samples)
    {
        FeatureOptions options = FeatureOptions.Mfcc(SampleRate);
        double frames = (double)clips * options.Frames(samples);
        double operations = frames * ((2.5 * options.FftSize * Math.Log2(options.FftSize)) + (8.0 * options.Bins) +
            (2.0 * options.Coefficients * options.MelBands));
        return new(
            "mfcc", $"{clips} x {samples}, fft {options.FftSize}", "mfcc", operations,
            4 * (((double)clips * samples) + (frames * options.Coefficients)), device =>
            {
                Tensor<float> sound = Noise(device, new Shape(clips, samples));
                return () =>
                {
                    var extractor = new FeatureExtractor(device, options, clips, samples);
                    Tensor<float> features = device.Allocate<float>(extractor.Output);
                    return () => extractor.Extract(sound, features);
                };
            });
    }

    private static Pool1dShape PoolOf(Conv1dShape s) => new(s.Batch, s.Filters, s.OutputLength, Window: 2, Stride: 2);

    private static double Operations(Conv1dShape s) => 2.0 * s.Output.Length * (s.Channels / s.Groups) * s.Taps;

    private static string Describe(Conv1dShape s) =>
        $"{s.Batch} x {s.Channels} x {s.Length}, {s.Filters} filters of {s.Taps}";

    /// <summary>Bytes of so many numbers of four.</summary>
    private static double Numbers(params ReadOnlySpan<long> counts)
    {
        double sum = 0;
        foreach (long count in counts)
        {
            sum += 4.0 * count;
        }

        return sum;
    }

    private static Tensor<float> Noise(ComputeDevice device, Shape shape) =>
        device.Upload<float>(shape, Throughput.Noise(shape.Length));
}
