using NativeCnn.Model.Explanations;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>An order of adding that is known is found out from its sums alone, and gives their bits.</summary>
public sealed class SummationTreeTests
{
    private delegate float Adder(float[] a, float[] b);

    private static readonly Dictionary<string, (Adder Sum, ProductRounding Rounding)> Adders = new()
    {
        ["one after the other"] = ((a, b) => a.Zip(b, (x, y) => x * y).Aggregate((sum, x) => sum + x), ProductRounding.Once),
        ["from the last"] = (
            (a, b) => a.Zip(b, (x, y) => x * y).Reverse().Aggregate((sum, x) => sum + x), ProductRounding.Once),
        ["fused"] = ((a, b) => Fused(a, b, Enumerable.Range(0, a.Length)), ProductRounding.FusedFromTheFirst),
        ["fused from the last"] = (
            (a, b) => Fused(a, b, Enumerable.Range(0, a.Length).Reverse()), ProductRounding.FusedFromTheLast),
        ["in pairs"] = ((a, b) => Pairs([.. a.Zip(b, (x, y) => x * y)]), ProductRounding.Once),
        ["eight lanes, fused, then in pairs"] = (
            (a, b) => Pairs(
            [
                .. Enumerable.Range(0, 8).Select(
                    lane => Fused(a, b, Enumerable.Range(0, a.Length).Where(i => i % 8 == lane))),
            ]),
            ProductRounding.FusedFromTheFirst),
        ["two halves and a tail"] = (
            (a, b) => Fused(a, b, Enumerable.Range(0, 20)) + Fused(a, b, Enumerable.Range(20, 20)) +
                Fused(a, b, Enumerable.Range(40, a.Length - 40)),
            ProductRounding.FusedFromTheFirst),
    };

    public static TheoryData<string> Names => [.. Adders.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Order_OfASum_IsFoundAndGivesItsBits(string name)
    {
        const int terms = 45;
        (Adder sum, ProductRounding rounding) = Adders[name];
        float[] ones = [.. Enumerable.Repeat(1f, terms)];
        SummationTree? tree = SummationTree.Reveal(
            terms, atOnce: 3, probes => [.. probes.Select(probe => sum(probe, ones))]);

        Assert.NotNull(tree);
        int same = 0;
        for (int seed = 1; seed <= 20; seed++)
        {
            float[] a = Randoms.Normal(terms, seed);
            float[] b = Randoms.Normal(terms, seed + 100);

            Assert.Equal(sum(a, b), tree.Sum(a, b, rounding));
            same += sum(a, b) == tree.Sum(a, b, rounding == ProductRounding.Once ? ProductRounding.FusedFromTheFirst : ProductRounding.Once) ? 1 : 0;
        }

        Assert.True(same < 20, "another rounding would have done as well");
    }

    /// <summary>Multiples of sums are no tree of the terms.</summary>
    [Fact]
    public void Order_OfSomethingElse_IsNone()
    {
        Assert.Null(SummationTree.Reveal(
            6, atOnce: 8, probes => [.. probes.Select(one => (0.5f * (one[0] + one[1])) + (0.7f * (one[0] - one[1])) + one[4])]));
        Assert.Null(SummationTree.Reveal(6, atOnce: 8, _ => null));
    }

    private static float Fused(float[] a, float[] b, IEnumerable<int> order) =>
        order.Aggregate(0f, (sum, i) => MathF.FusedMultiplyAdd(a[i], b[i], sum));

    private static float Pairs(float[] values)
    {
        while (values.Length > 1)
        {
            values = [.. values.Chunk(2).Select(pair => pair.Length == 2 ? pair[0] + pair[1] : pair[0])];
        }

        return values[0];
    }
}
