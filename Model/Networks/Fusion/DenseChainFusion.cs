using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>
/// In training on a GPU: a dense layer with its ReLU, or ReLU and dropout, and the small dense layers after it, each of
/// which takes the gradient back through the ReLU and dropout before it in its own launch.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class DenseChainFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override int Match(FusionSite site)
    {
        if (!site.Training || site.At<DenseLayer>(0) is null)
        {
            return 0;
        }

        int links = 1;
        int length = 1;
        for (int at = 1; site.At<ReluLayer>(at) is not null; links++)
        {
            int next = at + (site.At<DropoutLayer>(at + 1) is { Rate: > 0 } ? 2 : 1);
            if (next >= site.Chain.Count || !DenseStage.IsSmall(site.Device, site.Chain[next], site.Batch))
            {
                break;
            }

            length = next + 1;
            at = length;
        }

        if (links == 1)
        {
            return 0;
        }

        return site.At<ReluLayer>(length) is null ? length : length + 1;
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new DenseStage(at, at.Nodes);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) =>
        nodes[^1].Layer is ReluLayer ? Reads.Inputs | Reads.Output : Reads.Inputs;
}
