// What `nativecnn bench` measures: the same work as the peers do, in the same way.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>
/// Medians over some seconds, after a third as long of warm-up. A GPU works on its own: it is waited for after every
/// twenty repetitions, as in the peers' measurements, since to wait costs as much as a short step.
/// </summary>
public static class Throughput
{
    private const int RepetitionsAtATime = 20;
    private const int SmallestDataSet = 2700;

    /// <summary>One training step of the article's network with Adam: mini-batch, forward, backward, update.</summary>
    /// <param name="device">Where to measure.</param>
    /// <param name="work">The sizes.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <param name="graph">Whether the step is replayed as a CUDA graph.</param>
    /// <param name="tell">Told why it is not, where it was to be.</param>
    public static StepMeasurement Train(
        ComputeDevice device, NetworkWork work, double seconds = 3, GraphMode graph = GraphMode.Auto,
        Action<string>? tell = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        var network = new Network(
            device, work.Network, work.Coefficients, work.Frames, work.Classes);
        network.Progress.SetLearningRate(1e-3f);
        IOptimizer optimizer = OptimizerFactory.Create(network, new AdamOptions());
        var batch = new MiniBatch(network, work.BatchSize, training: true, new MeterTotals(device));
        (FeatureSet set, Tensor<int> order) = RandomSet(device, work);
        var step = new TrainingStep(
            batch, optimizer, set, order, new StepGraphs(device, graph, tell), new TrainingTimes());
        int at = 0;
        bool replayed = false;
        double milliseconds = Median(device, seconds, () =>
        {
            if (at + work.BatchSize > order.Length)
            {
                network.Progress.Rewind();
                at = 0;
            }

            replayed = step.Run();
            at += work.BatchSize;
        });
        return new StepMeasurement(
            new Measurement(milliseconds, step.Plan.Operations),
            step.Launches, replayed);
    }

    /// <summary>The article's network from features to logits.</summary>
    public static Measurement Infer(ComputeDevice device, NetworkWork work, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        var network = new Network(
            device, work.Network, work.Coefficients, work.Frames, work.Classes,
            forTraining: false);
        network.Prepare();
        NetworkPlan plan = network.PlanFor(work.BatchSize, training: false);
        plan.Input.CopyFrom(Noise(plan.Input.Length));
        return new Measurement(Median(device, seconds, plan.Forward), plan.ForwardOperations);
    }

    /// <summary>
    /// From clips of samples on the host to logits on the host, what a live detector pays a window: copied to the
    /// device, features, network, copied back.
    /// </summary>
    /// <param name="device">Where to measure.</param>
    /// <param name="work">The network; channels and time steps of its input follow from the features.</param>
    /// <param name="features">The features.</param>
    /// <param name="samples">Samples of a clip.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <returns>The measurement, and the shape of the features, [B, C, T].</returns>
    public static (Measurement Measured, Shape Features) InferFromWaveform(
        ComputeDevice device, NetworkWork work, FeatureOptions features, int samples, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        var extractor = new FeatureExtractor(device, features, work.BatchSize, samples);
        Shape output = extractor.Output;
        var network = new Network(device, work.Network, output[1], output[2], work.Classes, forTraining: false);
        network.Prepare();
        NetworkPlan plan = network.PlanFor(work.BatchSize, training: false);
        float[] sound = Noise(work.BatchSize * samples);
        Tensor<float> clips = device.Allocate<float>(new Shape(work.BatchSize, samples));
        float[] logits = new float[plan.Logits.Length];
        double milliseconds = Median(device, seconds, () =>
        {
            clips.CopyFrom(sound);
            extractor.Extract(clips, plan.Input);
            plan.Forward();
            plan.Logits.CopyTo(logits);
        });
        return (new Measurement(milliseconds, plan.ForwardOperations), output);
    }

    /// <summary>Features of one-second clips.</summary>
    public static Measurement Features(
        ComputeDevice device, FeatureOptions options, int batchSize, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        var extractor = new FeatureExtractor(device, options, batchSize, options.SampleRate);
        Tensor<float> clips = device.Upload<float>(
            new Shape(batchSize, options.SampleRate), Noise(batchSize * options.SampleRate));
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        return new Measurement(Median(device, seconds, () => extractor.Extract(clips, features)), 0);
    }

    /// <summary>A product of two matrices.</summary>
    /// <param name="device">Where to measure.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="seconds">How long to measure.</param>
    public static Measurement MatrixProduct(ComputeDevice device, MatMulShape shape, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        var product = new MatMul(device, shape);
        Tensor<float> a = device.Upload<float>(shape.A, Noise(shape.A.Length));
        Tensor<float> b = device.Upload<float>(shape.B, Noise(shape.B.Length));
        Tensor<float> c = device.Allocate<float>(shape.C);
        return new Measurement(Median(device, seconds, () => product.Multiply(a, b, c)), shape.Operations);
    }

    /// <summary>Fourier transforms of real rows; one of N samples counts as 2.5 N log2 N operations.</summary>
    /// <param name="device">Where to measure.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="length">N.</param>
    /// <param name="seconds">How long to measure.</param>
    public static Measurement Fourier(ComputeDevice device, int batch, int length, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        var fft = new RealFft(device, batch, length);
        Tensor<float> x = device.Upload<float>(new Shape(batch, length), Noise(batch * length));
        Tensor<float> spectrum = device.Allocate<float>(new Shape(batch, (length / 2) + 1, 2));
        return new Measurement(
            Median(device, seconds, () => fft.Forward(x, spectrum)),
            (long)(2.5 * batch * length * Math.Log2(length)));
    }

    private static double Median(ComputeDevice device, double seconds, Action body)
    {
        int repetitions = device.Info.Kind is DeviceKind.Cuda or DeviceKind.OpenCl ? RepetitionsAtATime : 1;
        var stopwatch = Stopwatch.StartNew();
        do
        {
            body();
            device.Synchronize();
        }
        while (stopwatch.Elapsed.TotalSeconds < seconds / 3);

        List<double> times = [];
        stopwatch.Restart();
        while (times.Count == 0 || stopwatch.Elapsed.TotalSeconds < seconds)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < repetitions; i++)
            {
                body();
            }

            device.Synchronize();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / repetitions);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    internal static (FeatureSet Set, Tensor<int> Order) RandomSet(ComputeDevice device, NetworkWork work)
    {
        int clips = Math.Max(SmallestDataSet, work.BatchSize);
        var shape = new Shape(clips, work.Coefficients, work.Frames);
        int[] labels = [.. Enumerable.Range(0, clips).Select(i => i % work.Classes)];
        FeatureSet set = FeatureSet.FromFeatures(device.Upload<float>(shape, Noise(shape.Length)), labels);
        return (set, device.Upload<int>(new Shape(clips), [.. Enumerable.Range(0, clips)]));
    }

    internal static float[] Noise(int length)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = (2 * Philox.ToUniform(Philox.Generate(1, 0, 0, (uint)i).X)) - 1;
        }

        return values;
    }
}
