// `nativecnn bench layers`: where the time of a training step goes. Each part is timed where it stands in the step, with
// the caches as the parts before it left them; a GPU is waited for after each, so its parts add up to more than a step.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Training;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Measures each layer of a training step.</summary>
public static class LayerBenchmark
{
    private const int ShortestSeries = 5;

    /// <summary>The device's two limits, then the parts of a training step with Adam in their order.</summary>
    /// <param name="device">Where to measure.</param>
    /// <param name="work">The network and its sizes.</param>
    /// <param name="seconds">How long to measure the steps; a third as long of warm-up comes first.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public static IReadOnlyList<LayerMeasurement> Run(
        ComputeDevice device, NetworkWork work, double seconds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        DeviceLimits limits = DeviceLimits.Measure(device);
        Part[] parts = PartsOf(device, work);
        var stopwatch = Stopwatch.StartNew();
        bool isWarm = false;
        while (!isWarm || parts[0].Times.Count < ShortestSeries || stopwatch.Elapsed.TotalSeconds < seconds)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Part part in parts)
            {
                long start = Stopwatch.GetTimestamp();
                part.Run();
                device.Synchronize();
                part.Times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            if (!isWarm && stopwatch.Elapsed.TotalSeconds >= seconds / 3)
            {
                isWarm = true;
                Array.ForEach(parts, part => part.Times.Clear());
                stopwatch.Restart();
            }
        }

        return [.. limits.AsKernels().Select(Limit), .. parts.Select(part => part.Measured(limits))];
    }

    private static LayerMeasurement Limit(KernelMeasurement one) =>
        new(one.Name, "", one.Microseconds, one.Gigaflops, one.GigabytesPerSecond, one.ShareOfPeak)
        {
            IsLimit = true,
        };

    private static Part[] PartsOf(ComputeDevice device, NetworkWork work)
    {
        var network = new Network(device, work.Network, work.Coefficients, work.Frames, work.Classes);
        network.Progress.SetLearningRate(1e-3f);
        IOptimizer optimizer = OptimizerFactory.Create(network, new AdamOptions());
        var batch = new MiniBatch(network, work.BatchSize, training: true, new MeterTotals(device));
        (FeatureSet set, Tensor<int> order) = Throughput.RandomSet(device, work);
        IBatchLoad load = batch.From(set, order);
        int at = 0;
        IReadOnlyList<PlannedStage> stages = batch.Plan.PlannedStages;
        long learnt = network.Parameters.Count;
        long row = batch.Plan.Input.Length * (long)sizeof(float);
        return
        [
            new Part("mini-batch", "", Next, new StageWork(0, 2 * row)),
            .. stages.Select(one => new Part(one.Name, "forward", one.Stage.Forward, one.ForwardWork)),
            new Part("loss", "", batch.LossAndGradient, default),
            .. stages.Reverse().Where(one => one.GoesBack)
                .Select(one => new Part(one.Name, "backward", one.Backward, one.BackwardWork)),
            new Part("adam", "", optimizer.Step, new StageWork(0, 7 * learnt * sizeof(float))),
        ];

        void Next()
        {
            if (at + work.BatchSize > order.Length)
            {
                network.Progress.Rewind();
                at = 0;
            }

            load.Fetch();
            load.BeginStep();
            load.Prefetch();
            at += work.BatchSize;
        }
    }

    private sealed record Part(string Stage, string Pass, Action Run, StageWork Work)
    {
        public List<double> Times { get; } = [];

        public LayerMeasurement Measured(DeviceLimits limits)
        {
            Times.Sort();
            double taken = Times[Times.Count / 2];
            return new LayerMeasurement(
                Stage, Pass, taken, Work.Operations / taken / 1e3, Work.Bytes / taken / 1e3,
                limits.LeastMicroseconds(Work.Operations, Work.Bytes) / taken);
        }
    }
}
