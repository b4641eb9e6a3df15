using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>The fusions, each in a file of its own. The first that matches a chain is taken.</summary>
public static class FusionRules
{
    /// <summary>Each layer by itself.</summary>
    public static IReadOnlyList<FusionRule> None => [];

    /// <summary>All.</summary>
    public static IReadOnlyList<FusionRule> All { get; } =
    [
        new FoldedNormFusion(),
        new ConvReluPoolFusion(),
        new ConvNormReluFusion(),
        new MaxPoolChainFusion(),
        new NormReluPoolFusion(),
        new NormReluFusion(),
        new PooledHeadFusion(),
        new DenseChainFusion(),
        new DenseReluFusion(),
    ];
}
