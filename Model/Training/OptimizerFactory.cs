using NativeCnn.Engine.Optimizers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>Makes an optimiser over all parameters of a network.</summary>
internal static class OptimizerFactory
{
    public static IOptimizer Create(Network network, OptimizerOptions options) => options.Create(
        network.Device, network.Parameters.Values, network.Parameters.Gradients, network.Progress);
}
