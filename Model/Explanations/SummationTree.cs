// The order in which a device adds the terms of a sum, found out from outside: by what the sum becomes of chosen terms.
// A very large term M and its opposite at the places i and j, and 1 at the others: every 1 that is added to M or -M before
// the two meet is lost to rounding, every other 1 is counted. The sum is thus the number of terms that are not below the
// place in the tree where i and j meet; from these numbers the tree follows. The idea is that of P. Xie, Y. Gao and
// J. Xue, "FPRev: Revealing the Order of Floating-Point Summation" (2024); this is their refined form: one place against
// all others of its part of the tree, then the same within each part that was set apart.
namespace NativeCnn.Model.Explanations;

/// <summary>A sum of terms as a tree of additions of two; a leaf is a term.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
internal sealed class SummationTree
{
    // 2^60: what is below 2^36 is lost in it, and its opposite leaves nothing.
    private const float Large = 1152921504606846976f;

    private SummationTree(int term) => (Term, Count) = (term, 1);

    private SummationTree(SummationTree left, SummationTree right) =>
        (Term, Left, Right, Count) = (-1, left, right, left.Count + right.Count);

    /// <summary>The term of a leaf; -1 elsewhere.</summary>
    public int Term { get; }

    /// <summary>What is added; null at a leaf.</summary>
    public SummationTree? Left { get; }

    /// <summary>What it is added to; null at a leaf.</summary>
    public SummationTree? Right { get; }

    /// <summary>Number of terms below.</summary>
    public int Count { get; }

    /// <summary>Finds out how a device adds.</summary>
    /// <param name="count">Number of terms.</param>
    /// <param name="atOnce">How many sums are computed at once, at most.</param>
    /// <param name="sums">The device's sums of given terms, a sum for each row of them; null to give up.</param>
    /// <returns>The tree, or null where what the device does is no such tree.</returns>
    public static SummationTree? Reveal(int count, int atOnce, Func<IReadOnlyList<float[]>, float[]?> sums)
    {
        return Of([.. Enumerable.Range(0, count)]);

        SummationTree? Of(int[] terms)
        {
            var tree = new SummationTree(terms[0]);
            if (terms.Length == 1)
            {
                return tree;
            }

            // By the number of terms below the place where the first one meets them.
            var parts = new SortedDictionary<int, List<int>>();
            foreach (int[] others in terms[1..].Chunk(atOnce))
            {
                float[]? left = sums([.. others.Select(other => Probe(count, terms, terms[0], other))]);
                if (left is null)
                {
                    return null;
                }

                for (int i = 0; i < others.Length; i++)
                {
                    int below = (int)(terms.Length - left[i]);
                    if (below != terms.Length - left[i])
                    {
                        return null;
                    }

                    if (!parts.TryGetValue(below, out List<int>? part))
                    {
                        parts.Add(below, part = []);
                    }

                    part.Add(others[i]);
                }
            }

            foreach ((int below, List<int> part) in parts)
            {
                if (tree.Count + part.Count != below || Of([.. part]) is not { } next)
                {
                    return null;
                }

                tree = new SummationTree(tree, next);
            }

            return tree;
        }
    }

    /// <summary>The sum of products, as the tree adds them.</summary>
    /// <param name="a">First factor of each term.</param>
    /// <param name="b">Second factor of each term.</param>
    /// <param name="rounding">How products become part of a sum.</param>
    public float Sum(IReadOnlyList<float> a, IReadOnlyList<float> b, ProductRounding rounding)
    {
        // Down to where two sums meet or a term begins, by a list: a chain may be thousands deep.
        var above = new List<SummationTree>();
        SummationTree at = this;
        while (at.Left is { } left && at.Right is { } right && (left.Count == 1 || right.Count == 1))
        {
            (SummationTree sum, SummationTree term) = right.Count > 1 ||
                (left.Count == 1 && rounding == ProductRounding.FusedFromTheLast == left.Term < right.Term)
                    ? (right, left) : (left, right);
            above.Add(term);
            at = sum;
        }

        float total = at.Left is null || at.Right is null ? a[at.Term] * b[at.Term]
            : at.Left.Sum(a, b, rounding) + at.Right.Sum(a, b, rounding);
        for (int i = above.Count - 1; i >= 0; i--)
        {
            int term = above[i].Term;
            total = rounding == ProductRounding.Once
                ? total + (a[term] * b[term]) : MathF.FusedMultiplyAdd(a[term], b[term], total);
        }

        return total;
    }

    private static float[] Probe(int count, int[] terms, int first, int second)
    {
        float[] probe = new float[count];
        foreach (int term in terms)
        {
            probe[term] = 1;
        }

        (probe[first], probe[second]) = (Large, -Large);
        return probe;
    }
}
