using System.Globalization;

namespace NativeCnn.Model.Explanations;

/// <summary>In which order a device added the terms of a gradient.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record SummationOrder
{
    // Of the terms' magnitude: far more than rounding leaves, far less than a term that is wrong or missing.
    private const double MostRounding = 1e-3;

    private readonly SummationTree? tree;

    private SummationOrder(SummationTree? tree, ProductRounding rounding, float? sum, string reason) =>
        (this.tree, Rounding, Sum, Reason) = (tree, rounding, sum, reason);

    /// <summary>Where products were rounded.</summary>
    public ProductRounding Rounding { get; }

    /// <summary>The sum in this order; null where no order is known.</summary>
    public float? Sum { get; }

    /// <summary>The order in words; why it is not known, or gives other bits, where that is so.</summary>
    public string Reason { get; }

    /// <summary>
    /// The order as numbers of terms, from 0, in parentheses for each group that is added one after the other; null
    /// where it is not known.
    /// </summary>
    public string? Tree => tree is null ? null : string.Concat(Written(tree));

    /// <summary>The terms that are added to each other one after the other, and their sum.</summary>
    /// <param name="terms">The terms of the gradient.</param>
    public IEnumerable<(IReadOnlyList<int> Terms, float Sum)> Groups(IReadOnlyList<ExplainedTerm> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        (float[] a, float[] b) = Factors(terms);
        return tree is null ? [] : Chains(tree).Select(
            chain => ((IReadOnlyList<int>)TermsOf(chain), chain.Sum(a, b, Rounding)));
    }

    /// <summary>No order is known.</summary>
    internal static SummationOrder Unknown(string reason) => new(null, ProductRounding.Once, null, reason);

    /// <summary>The rounding with which the tree gives what the device has, where there is one.</summary>
    internal static SummationOrder Of(SummationTree tree, IReadOnlyList<ExplainedTerm> terms, float gradient)
    {
        (float[] a, float[] b) = Factors(terms);
        ProductRounding[] roundings = Enum.GetValues<ProductRounding>();
        float[] sums = [.. roundings.Select(rounding => tree.Sum(a, b, rounding))];
        int same = Array.IndexOf(sums, gradient);
        if (same >= 0)
        {
            return new SummationOrder(
                tree, roundings[same], sums[same],
                InWords(tree, sums.Distinct().Count() == 1 ? null : roundings[same]));
        }

        int nearest = Array.IndexOf(sums, sums.MinBy(sum => Math.Abs((double)sum - gradient)));
        if (Math.Abs((double)sums[nearest] - gradient) > MostRounding * terms.Sum(term => Math.Abs(term.Product)))
        {
            return Unknown(
                "no order of these terms comes near the device's number, which is another sum: its derivative is not " +
                "the formula's (`nativecnn gradcheck`)");
        }

        return new SummationOrder(
            tree, roundings[nearest], sums[nearest],
            $"{InWords(tree, roundings[nearest])}; the device rounds elsewhere too: factors that it computes, or sums " +
            "that it multiplies (minimal filtering)");
    }

    private static (float[] A, float[] B) Factors(IReadOnlyList<ExplainedTerm> terms) =>
        ([.. terms.Select(term => (float)term.Upstream)], [.. terms.Select(term => (float)term.Factor)]);

    /// <summary>The order; how products are rounded is left out where it makes no difference (null).</summary>
    private static string InWords(SummationTree tree, ProductRounding? rounding)
    {
        string how = rounding switch
        {
            null => "",
            ProductRounding.Once => ", each product rounded, then added",
            _ => ", by fused multiply-adds, product and sum rounded once",
        };
        SummationTree[] chains = [.. Chains(tree)];
        int[] sizes = [.. chains.Select(chain => chain.Count)];
        string products = sizes.Min() == sizes.Max() ? Count(sizes[0]) : $"{Count(sizes.Min())} to {Count(sizes.Max())}";
        if (chains.Length == 1)
        {
            return tree.Count == 1 ? "one product" : $"{products} products, one after the other{how}";
        }

        int[] depths = [.. DepthsOf(tree, 0)];
        string joined = depths.Distinct().Count() == 1 ? "in pairs"
            : depths.Max() == chains.Length - 1 ? "one after the other"
            : $"in {depths.Max()} levels";
        int late = tree.Count - sizes.Sum();
        string rest = late == 0 ? "" : $"; {Count(late)} more products are added to sums of sums";
        return $"{Count(chains.Length)} sums of {products} products each, one after the other{how}; the sums are " +
            $"added {joined}{rest}";
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>True where terms alone are added, one after the other.</summary>
    private static bool IsChain(SummationTree tree)
    {
        while (tree.Left is { } left && tree.Right is { } right)
        {
            if (left.Count > 1 && right.Count > 1)
            {
                return false;
            }

            tree = left.Count > 1 ? left : right;
        }

        return true;
    }

    private static IEnumerable<SummationTree> Chains(SummationTree tree) =>
        tree.Left is null || tree.Right is null || IsChain(tree) ? [tree]
            : Parts(tree).SelectMany(Chains);

    /// <summary>The sides of an addition that are sums themselves.</summary>
    private static IEnumerable<SummationTree> Parts(SummationTree tree) =>
        new[] { tree.Left!, tree.Right! }.Where(side => side.Count > 1);

    private static IEnumerable<int> DepthsOf(SummationTree tree, int depth) =>
        IsChain(tree) ? [depth]
            : Parts(tree).SelectMany(side => DepthsOf(side, depth + (Parts(tree).Count() > 1 ? 1 : 0)));

    private static List<int> TermsOf(SummationTree chain)
    {
        List<int> terms = [];
        SummationTree at = chain;
        while (at.Left is { } left && at.Right is { } right)
        {
            (SummationTree sum, SummationTree term) = left.Count > 1 ? (left, right) : (right, left);
            terms.Add(term.Term);
            at = sum;
        }

        terms.Add(at.Term);
        terms.Reverse();
        return terms;
    }

    private static IEnumerable<string> Written(SummationTree tree)
    {
        if (IsChain(tree))
        {
            return ["(", string.Join('+', TermsOf(tree)), ")"];
        }

        return ["(", .. Side(tree.Left!), "+", .. Side(tree.Right!), ")"];

        static IEnumerable<string> Side(SummationTree side) =>
            side.Count == 1 ? [side.Term.ToString(CultureInfo.InvariantCulture)] : Written(side);
    }
}
