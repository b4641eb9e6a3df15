using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks.Planning;

/// <summary>Layers that one stage runs.</summary>
/// <param name="Nodes">The layers, a chain.</param>
/// <param name="Rule">The fusion; null for one layer by itself.</param>
internal sealed record StageGroup(IReadOnlyList<GraphNode> Nodes, FusionRule? Rule)
{
    /// <summary>For instance <c>conv1 + relu + pool</c>.</summary>
    public string Name => string.Join(" + ", Nodes.Select((node, i) => i == 0 ? node.Name : node.Kind));

    public Reads BackwardReads => Rule?.BackwardReads(Nodes) ?? Nodes[0].Layer!.BackwardReads;

    public bool BackwardsInPlace => Rule?.BackwardsInPlace ?? Nodes[0].Layer!.BackwardsInPlace;

    public Stage Plan(StagePlan at) => Rule?.Plan(at) ?? Nodes[0].Layer!.Plan(at);
}
