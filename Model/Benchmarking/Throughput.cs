// What `nativecnn bench` measures: the same work as the peers do, in the same way.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Spectral;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Benchmarking;

/// <summary>The size of the network's work in a benchmark.</summary>
/// <param name="BatchSize">Clips of a mini-batch.</param>
/// <param name="Coefficients">Channels of the input.</param>
/// <param name="Frames">Time steps of the input.</param>
/// <param name="Filters">Filters of the convolution.</param>
/// <param name="Taps">Its taps.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record NetworkWork(
    int BatchSize = 64, int Coefficients = 40, int Frames = 100, int Filters = 64, int Taps = 4, int Classes = 10);

/// <summary>A measured time and the arithmetic done in it.</summary>
/// <param name="Milliseconds">Median of the repetitions.</param>
/// <param name="Operations">Floating-point operations of one repetition, 0 where they are not counted.</param>
public readonly record struct Measurement(double Milliseconds, long Operations)
{
    /// <summary>Arithmetic rate in GFLOP/s.</summary>
    public double Gigaflops => Operations / Milliseconds / 1e6;
}

/// <summary>
/// Medians over some seconds, after a third as long of warm-up; a device that works on its own is waited for after
/// every repetition.
/// </summary>
public static class Throughput
{
    private const int DataSetSize = 2700;

    /// <summary>One training step of the article's network with Adam: mini-batch, forward, backward, update.</summary>
    public static Measurement Train(ComputeDevice device, NetworkWork work, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        var network = new Network(
            device, NetworkSpec.Article(work.Filters, work.Taps), work.Coefficients, work.Frames, work.Classes);
        network.Clock.SetLearningRate(1e-3f);
        IOptimizer optimizer = OptimizerFactory.Create(network, new TrainingOptions());
        var batch = new MiniBatch(network, work.BatchSize, training: true, new MeterTotals(device));
        (FeatureSet set, Tensor<int> order) = RandomSet(device, work);
        int at = 0;
        double milliseconds = Median(device, seconds, () =>
        {
            at = at + (2 * work.BatchSize) > DataSetSize ? 0 : at + work.BatchSize;
            network.Clock.Advance();
            batch.Load(set, order, at);
            batch.Forward();
            batch.LossAndGradient();
            batch.Backward();
            optimizer.Step();
        });
        return new Measurement(milliseconds, batch.Plan.ForwardOperations + batch.Plan.BackwardOperations);
    }

    /// <summary>The article's network from features to logits.</summary>
    public static Measurement Infer(ComputeDevice device, NetworkWork work, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        var network = new Network(
            device, NetworkSpec.Article(work.Filters, work.Taps), work.Coefficients, work.Frames, work.Classes,
            forTraining: false);
        NetworkPlan plan = network.PlanFor(work.BatchSize, training: false);
        plan.Input.CopyFrom(Noise(plan.Input.Length));
        return new Measurement(Median(device, seconds, plan.Forward), plan.ForwardOperations);
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

    /// <summary>A product of two square matrices.</summary>
    public static Measurement MatrixProduct(ComputeDevice device, int size, double seconds = 3)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var product = new MatMul(device, new MatMulShape(size, size, size));
        var shape = new Shape(size, size);
        Tensor<float> a = device.Upload<float>(shape, Noise(shape.Length));
        Tensor<float> b = device.Upload<float>(shape, Noise(shape.Length));
        Tensor<float> c = device.Allocate<float>(shape);
        return new Measurement(Median(device, seconds, () => product.Multiply(a, b, c)), 2L * size * size * size);
    }

    private static double Median(ComputeDevice device, double seconds, Action body)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds / 3)
        {
            body();
            device.Synchronize();
        }

        List<double> times = [];
        clock.Restart();
        while (times.Count == 0 || clock.Elapsed.TotalSeconds < seconds)
        {
            long start = Stopwatch.GetTimestamp();
            body();
            device.Synchronize();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static (FeatureSet Set, Tensor<int> Order) RandomSet(ComputeDevice device, NetworkWork work)
    {
        var shape = new Shape(DataSetSize, work.Coefficients, work.Frames);
        int[] labels = [.. Enumerable.Range(0, DataSetSize).Select(i => i % work.Classes)];
        FeatureSet set = FeatureSet.FromFeatures(device.Upload<float>(shape, Noise(shape.Length)), labels);
        return (set, device.Upload<int>(new Shape(DataSetSize), [.. Enumerable.Range(0, DataSetSize)]));
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
