using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tools.Profiling;

/// <summary>Counts what kernels execute, on the machine for PTX; needs no GPU.</summary>
public static class KernelProfiler
{
    /// <summary>The shapes of one's own that there are, for people.</summary>
    public static string ShapeForms => OperatorCases.ShapedForms;

    /// <summary>Counts the call of an operator that launches a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="shape">A part of a case's shape, or numbers with an x between; null for the first case.</param>
    /// <param name="options">How it is counted.</param>
    /// <param name="measure">Measures the same call on the CUDA device of this machine too.</param>
    /// <exception cref="ProfileException">No case launches it, or none at the shape.</exception>
    /// <exception cref="DeviceException">It is to be measured and there is no CUDA device.</exception>
    public static ProfileResult OfKernel(
        PortableKernel kernel, string? shape, ProfileOptions options, bool measure = false)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(options);
        CaseCall call = CaseSearch.Find(kernel, shape, options);
        (IReadOnlyList<LaunchProfile> launches, double? measured) =
            (Count(call, options), measure ? MeasuredTime.OfCall(call, options) : null);
        return new ProfileResult(
            call.Case.Name, call.Case.Shape, call.RungText, options.Gpu, launches, call.Case.Operations,
            call.Case.Bytes)
        {
            MeasuredMicroseconds = measured,
        };
    }

    /// <summary>Counts a training step with Adam.</summary>
    /// <param name="work">The network and its sizes.</param>
    /// <param name="options">How it is counted.</param>
    /// <param name="measure">Measures the same step on the CUDA device of this machine too.</param>
    /// <exception cref="NetworkSpecException">There is no such network.</exception>
    /// <exception cref="DeviceException">It is to be measured and there is no CUDA device.</exception>
    public static ProfileResult OfStep(NetworkWork work, ProfileOptions options, bool measure = false)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(options);
        NetworkSpec spec = work.Network;
        using var registers = new RegisterTable(options.Gpu.Architecture);
        PtxCensus census = Census(options, registers);
        using ComputeDevice device = DeviceCatalog.OpenCounting(
            census, options.Gpu.Multiprocessors, options.Rungs, options.Precision, options.Workers);
        census.Mode = PtxCensusMode.Run;
        var network = new Network(device, spec, work.Coefficients, work.Frames, work.Classes);
        network.Progress.SetLearningRate(1e-3f);
        IOptimizer optimizer = OptimizerFactory.Create(network, new AdamOptions());
        var batch = new MiniBatch(network, work.BatchSize, training: true, new MeterTotals(device));
        (FeatureSet set, Tensor<int> order) = Throughput.RandomSet(device, work);
        var step = new TrainingStep(
            batch, optimizer, set, order, new StepGraphs(device, GraphMode.Off, null), new TrainingTimes());
        census.Mode = PtxCensusMode.List;
        step.Run(); // What is done once in a training is done now.
        census.Clear();
        census.Mode = PtxCensusMode.Count;
        step.Run();
        device.Synchronize();
        return new ProfileResult(
            work.Model, FormattableString.Invariant($"batch {work.BatchSize} of [{work.Coefficients}, {work.Frames}]"),
            options.Rungs, options.Gpu, Profiles(census, options, registers), step.Plan.Operations,
            BytesOf(batch, network))
        {
            MeasuredMicroseconds = measure ? MeasuredTime.OfStep(work, options) : null,
        };
    }

    /// <summary>Counts the call of a case.</summary>
    internal static IReadOnlyList<LaunchProfile> Count(CaseCall call, ProfileOptions options)
    {
        using var registers = new RegisterTable(options.Gpu.Architecture);
        PtxCensus census = Census(options, registers);
        using ComputeDevice device = DeviceCatalog.OpenCounting(
            census, options.Gpu.Multiprocessors, options.Rungs, options.Precision, options.Workers);
        census.Mode = PtxCensusMode.Run;
        Action run = call.Plan(device, options.Rungs);
        census.Mode = PtxCensusMode.Count;
        run();
        device.Synchronize();
        return Profiles(census, options, registers);
    }

    private static PtxCensus Census(ProfileOptions options, RegisterTable registers) =>
        new(options.Gpu.Latencies)
        {
            Budget = options.Millions * 1_000_000L,
            CachedSectors = (kernel, threads) =>
            {
                Occupancy occupancy = Occupancy.Of(
                    options.Gpu, threads, registers.Of(kernel.Kernel).Count, kernel.Program.SharedBytes);
                int groups = Math.Max(1, occupancy.Groups);
                long room = options.Gpu.FirstCacheBytes - ((long)groups * kernel.Program.SharedBytes);
                return Math.Max(0, room) / groups / PtxAccess.SectorBytes;
            },
        };

    private static LaunchProfile[] Profiles(PtxCensus census, ProfileOptions options, RegisterTable registers) =>
        [.. census.Counts.Select(counts => new LaunchProfile(options.Gpu, counts, registers.Of(counts.Kernel.Kernel)))];

    /// <summary>Compulsory traffic of a step: the stages', the mini-batch's, and Adam's.</summary>
    private static double BytesOf(MiniBatch batch, Network network)
    {
        const int row = 2 * sizeof(float);   // Read and written.
        const int adam = 7 * sizeof(float);  // Weight and two moments read and written, the gradient read.
        return batch.Plan.PlannedStages.Sum(one =>
                (double)one.ForwardWork.Bytes + (one.GoesBack ? one.BackwardWork.Bytes : 0)) +
            ((double)row * batch.Plan.Input.Length) + ((double)adam * network.Parameters.Count);
    }

}
