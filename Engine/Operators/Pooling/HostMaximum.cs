using System.Numerics;

namespace NativeCnn.Engine.Operators;

/// <summary>The largest of many values on the host.</summary>
internal static unsafe class HostMaximum
{
    /// <summary>The first place of the largest of so many values; -1 where a NaN is among them.</summary>
    public static int Place(float* values, int count)
    {
        int lanes = Vector<float>.Count;
        int i = 0;
        float largest = values[0];
        if (count >= 2 * lanes)
        {
            Vector<float> a = Vector.Load(values);
            Vector<float> b = Vector.Load(values + lanes);
            Vector<int> numbers = Vector.Equals(a, a) & Vector.Equals(b, b);
            for (i = 2 * lanes; i + (2 * lanes) <= count; i += 2 * lanes)
            {
                Vector<float> c = Vector.Load(values + i);
                Vector<float> d = Vector.Load(values + i + lanes);
                numbers &= Vector.Equals(c, c) & Vector.Equals(d, d);
                a = Vector.ConditionalSelect(Vector.GreaterThan(c, a), c, a);
                b = Vector.ConditionalSelect(Vector.GreaterThan(d, b), d, b);
            }

            if (!Vector.EqualsAll(numbers, Vector<int>.AllBitsSet))
            {
                return -1;
            }

            a = Vector.ConditionalSelect(Vector.GreaterThan(b, a), b, a);
            for (int lane = 0; lane < lanes; lane++)
            {
                largest = a[lane] > largest ? a[lane] : largest;
            }
        }

        for (; i < count; i++)
        {
            if (float.IsNaN(values[i]))
            {
                return -1;
            }

            largest = values[i] > largest ? values[i] : largest;
        }

        i = 0;
        while (i + lanes <= count && !Vector.EqualsAny(Vector.Load(values + i), new Vector<float>(largest)))
        {
            i += lanes;
        }

        while (values[i] != largest)
        {
            i++;
        }

        return i;
    }
}
