using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>A dense layer and the ReLU after it.</summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class DenseReluFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override int Match(FusionSite site) =>
        site.At<DenseLayer>(0) is not null && site.At<ReluLayer>(1) is not null ? 2 : 0;

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new DenseStage(at, at.Nodes);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.Inputs | Reads.Output;
}
