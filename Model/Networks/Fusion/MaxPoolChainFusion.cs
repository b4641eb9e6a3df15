using NativeCnn.Engine.Operators;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>
/// Max-poolings one after the other whose windows touch: the maximum of maxima is that of the windows together, so one
/// pooling with the product of the windows gives the same bits, and neither values nor places between them are stored.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class MaxPoolChainFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override int Match(FusionSite site)
    {
        int length = 0;
        while (site.At<MaxPool1dLayer>(length) is { Padding: 0, CeilMode: false } pool && pool.Window == pool.Stride)
        {
            length++;
        }

        return length > 1 ? length : 0;
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        int window = at.Nodes.Aggregate(1, (product, node) => product * ((MaxPool1dLayer)node.Layer!).Window);
        return new MaxPool1dStage(
            at, new Pool1dShape(at.Batch, at.InputShape[0], at.InputShape[1], Window: window, Stride: window));
    }

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.None;
}
