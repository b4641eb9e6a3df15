using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tools.Kernels;

/// <summary>Which rung of each ladder of kernels a device would run for training; nothing is computed.</summary>
public static class PlannedRungs
{
    private const int SampleRate = 8000;

    /// <summary>Plans the MFCC of one-second clips and a training step of the article's network with Adam.</summary>
    /// <returns>The choices, by ladder; none on a device that runs host bodies.</returns>
    public static IReadOnlyList<RungChoice> OfTraining(ComputeDevice device, NetworkWork work)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        _ = new FeatureExtractor(device, FeatureOptions.Mfcc(SampleRate), work.BatchSize, SampleRate);
        var network = new Network(
            device, work.Network, work.Coefficients, work.Frames, work.Classes);
        _ = OptimizerFactory.Create(network, new AdamOptions());
        _ = new MiniBatch(network, work.BatchSize, training: true, new MeterTotals(device));
        return device.Rungs.Made;
    }
}
