using System.Numerics;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>The largest of many values on the host.</summary>
internal static unsafe class HostMaximum
{
    /// <summary>The first place of the largest of so many values; -1 where a NaN is among them.</summary>
    public static int Place(float* values, int count)
    {
        float largest = TensorPrimitives.Max(new ReadOnlySpan<float>(values, count));
        if (float.IsNaN(largest))
        {
            return -1;
        }

        int i = 0;
        for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
        {
            uint equal = Vector256.Equals(
                Vector256.Load(values + i), Vector256.Create(largest)).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return i + BitOperations.TrailingZeroCount(equal);
            }
        }

        while (values[i] != largest)
        {
            i++;
        }

        return i;
    }
}
