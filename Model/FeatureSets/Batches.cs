using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Mini-batches from rows outside of a device, by the way that suits the device.</summary>
internal static class Batches
{
    /// <summary>The source of mini-batches.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labels">[N], on the device.</param>
    public static IBatchSource Of(IRowReader rows, Tensor<int> labels) =>
        labels.Device.IsHost ? new HostBatches(rows, labels) : new FedBatches(rows, labels);
}
