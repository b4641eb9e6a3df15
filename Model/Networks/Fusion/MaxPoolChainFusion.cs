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
    protected internal override int Match(FusionSite site) => LengthAt(site, 0) is > 1 and int length ? length : 0;

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new MaxPool1dStage(
        at, new Pool1dShape(
            at.Batch, at.InputShape[0], at.InputShape[1], Window: WindowOf(at.Nodes), Stride: WindowOf(at.Nodes)));

    /// <summary>How many max-poolings whose windows touch follow each other from a place of a chain on.</summary>
    internal static int LengthAt(FusionSite site, int place)
    {
        int length = 0;
        while (site.At<MaxPool1dLayer>(place + length) is { Padding: 0, CeilMode: false } pool &&
            pool.Window == pool.Stride)
        {
            length++;
        }

        return length;
    }

    /// <summary>The window that all of them have together.</summary>
    internal static int WindowOf(IEnumerable<GraphNode> pools) =>
        pools.Aggregate(1, (product, node) => product * ((MaxPool1dLayer)node.Layer!).Window);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.None;
}
