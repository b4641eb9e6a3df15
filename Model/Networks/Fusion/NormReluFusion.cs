using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>Batch normalisation and the ReLU after it.</summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class NormReluFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override bool BackwardsInPlace => true;

    /// <inheritdoc/>
    protected internal override int Match(FusionSite site) =>
        site.At<BatchNorm1dLayer>(0) is not null && site.At<ReluLayer>(1) is not null ? 2 : 0;

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) =>
        new BatchNorm1dStage(at, (BatchNorm1dLayer)at.Node.Layer!, relu: true);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.Inputs;
}
