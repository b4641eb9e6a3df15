using System.Numerics;

namespace NativeCnn.Engine.Operators;

/// <summary>The order in which <see cref="LaneFourier{TVector}"/> leaves its results, whatever the vector.</summary>
internal static class LaneOrder
{
    /// <summary>Where the results of a transform of M points stand: X_k is point Create(M)[k].</summary>
    /// <param name="points">M, of no prime factor beyond 7.</param>
    public static int[] Create(int points)
    {
        int[] order = new int[points];
        for (int k = 0; k < points; k++)
        {
            int rest = k;
            for (int length = points; length > 1;)
            {
                int radix = Radix(length);
                length /= radix;
                order[k] += rest % radix * length;
                rest /= radix;
            }
        }

        return order;
    }

    /// <summary>The radix of the pass over blocks of this length.</summary>
    internal static int Radix(int length) =>
        length % 7 == 0 ? 7
        : length % 5 == 0 ? 5
        : length % 3 == 0 ? 3
        : length <= 4 ? length : BitOperations.Log2((uint)length) % 3 == 1 && length <= 16 ? 4 : 8;
}
