using System.Numerics;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>The largest of a row's values on the host.</summary>
internal static unsafe class HostMaximum
{
    /// <summary>Values that <see cref="Place"/> needs.</summary>
    public const int Least = 8;

    /// <summary>The first place of the largest of so many values, 0 above -0; -1 where a NaN is among them.</summary>
    public static int Place(float* values, int count)
    {
        // The last vector overlaps the one before it.
        int end = count - Least;
        Vector256<float> largest = Vector256.Load(values + end);
        for (int i = 0; i < end; i += Least)
        {
            largest = Vector256.Max(largest, Vector256.Load(values + i));
        }

        Vector128<float> four = Vector128.Max(largest.GetLower(), largest.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
        if (float.IsNaN(four[0]))
        {
            return -1;
        }

        // Bits tell 0 from -0.
        Vector256<int> wanted = Vector256.Create(BitConverter.SingleToInt32Bits(four[0]));
        for (int i = 0; ; i = Math.Min(i + Least, end))
        {
            uint equal = Vector256.Equals(Vector256.Load(values + i).AsInt32(), wanted).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return i + BitOperations.TrailingZeroCount(equal);
            }
        }
    }
}
