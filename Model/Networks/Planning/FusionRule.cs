using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks.Planning;

/// <summary>
/// A chain of layers that one stage can run. What makes any fusion legal, <see cref="Cover"/> checks: each layer but
/// the last has the next as its only user, and none but the last is the network's output. A rule says which chains, on
/// which device and batch size, and how.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public abstract class FusionRule
{
    /// <summary>How many layers of the chain, from its first on, the rule fuses; 0 where it does not.</summary>
    protected internal abstract int Match(FusionSite site);

    /// <summary>The stage that runs them.</summary>
    protected internal abstract Stage Plan(StagePlan at);

    /// <summary>What the stage's backward pass reads of the forward pass.</summary>
    protected internal abstract Reads BackwardReads(IReadOnlyList<GraphNode> nodes);

    /// <summary>True where the gradient of the input may be written over that of the output.</summary>
    protected internal virtual bool BackwardsInPlace => false;
}
