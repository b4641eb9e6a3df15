// The rows of a cosine transform as the host bodies sum them: ten side by side, which keeps ten sums in registers and
// reads each band once for all of them.
//
// A row of types 1 and 2 is the same from both ends, or the same but for its sign. Where all rows are, the bands are
// folded first, and each row has half as many terms:
//   even row   sum_n row[n] (x[n] + x[M-1-n])      n < ceil(M / 2); the middle band of an odd M counts once
//   odd row    sum_n row[n] (x[n] - x[M-1-n])      n < floor(M / 2)
// Source: K. R. Rao, P. Yip, "Discrete Cosine Transform" (1990), 4.4, first step of the decomposition.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Chains;

/// <summary>A cosine transform in groups of rows.</summary>
internal sealed class CosineRows
{
    /// <summary>Rows that are summed side by side.</summary>
    public const int Side = 10;

    private readonly int bands;

    /// <param name="device">Where the tables are to be.</param>
    /// <param name="dct">[rows, bands].</param>
    /// <param name="bands">M.</param>
    public CosineRows(ComputeDevice device, float[] dct, int bands)
    {
        this.bands = bands;
        int[] all = [.. Enumerable.Range(0, dct.Length / bands)];
        int[] even = [.. all.Where(row => IsMirrored(dct.AsSpan(row * bands, bands), 1))];
        int[] odd = [.. all.Where(row => IsMirrored(dct.AsSpan(row * bands, bands), -1))];
        IsFolded = even.Length + odd.Length == all.Length;
        int[][] groups = IsFolded ? [.. even.Chunk(Side), .. odd.Chunk(Side)] : [.. all.Chunk(Side)];
        EvenGroups = IsFolded ? (even.Length + Side - 1) / Side : groups.Length;
        Groups = groups.Length;

        int[] rows = new int[Groups * Side];
        Array.Fill(rows, -1);
        float[] weights = new float[Groups * GroupLength];
        for (int group = 0; group < Groups; group++)
        {
            for (int i = 0; i < groups[group].Length; i++)
            {
                int row = groups[group][i];
                rows[(group * Side) + i] = row;
                for (int n = 0; n < TermsOf(group); n++)
                {
                    weights[(group * GroupLength) + (n * Side) + i] = dct[(row * bands) + n];
                }
            }
        }

        Rows = device.Upload<int>(new Shape(rows.Length), rows);
        Weights = device.Upload<float>(new Shape(weights.Length), weights);
    }

    /// <summary>Whether the bands are to be folded.</summary>
    public bool IsFolded { get; }

    /// <summary>Groups of rows.</summary>
    public int Groups { get; }

    /// <summary>How many groups, from the first on, add up sums; those behind them add up differences.</summary>
    public int EvenGroups { get; }

    /// <summary>Weights of a group.</summary>
    public int GroupLength => Side * (IsFolded ? (bands + 1) / 2 : bands);

    /// <summary>[groups, 10]: which row each sum is, or -1.</summary>
    public Tensor<int> Rows { get; }

    /// <summary>[groups, terms, 10].</summary>
    public Tensor<float> Weights { get; }

    /// <summary>Terms of each sum of a group.</summary>
    public int TermsOf(int group) => !IsFolded ? bands : group < EvenGroups ? (bands + 1) / 2 : bands / 2;

    private static bool IsMirrored(ReadOnlySpan<float> row, float sign)
    {
        // What the cosines were rounded by: to float, after some steps in double.
        float tolerance = 0f;
        foreach (float weight in row)
        {
            tolerance = Math.Max(tolerance, 2e-7f * Math.Abs(weight));
        }

        for (int n = 0; n < row.Length; n++)
        {
            if (!(Math.Abs(row[n] - (sign * row[^(n + 1)])) <= tolerance))
            {
                return false;
            }
        }

        return true;
    }
}
