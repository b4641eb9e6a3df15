// The few functions that sounds are made of, from + - * / alone: a system's own sine may differ in the last bit.

namespace NativeCnn.Features.Synthesis;

/// <summary>Sine, powers and logarithms with the same bits on every machine.</summary>
internal static class Curves
{
    /// <summary>sin(2 pi cycles), to about 1e-6.</summary>
    internal static float Sine(double cycles)
    {
        // To a quarter wave on either side of 0, then the Taylor series: c_j = (2 pi)^(2 j + 1) / (2 j + 1)!.
        float x = (float)(cycles - Math.Floor(cycles)) - 0.5f;
        x = x > 0.25f ? 0.5f - x : x < -0.25f ? -0.5f - x : x;
        float t = x * x;
        return -x * (6.2831853f - (t * (41.341702f - (t * (81.605249f - (t * (76.705860f - (t * (42.058694f
            - (t * 15.094643f))))))))));
    }

    /// <summary>2^x, to about 1e-14 of it; |x| at most 1,000.</summary>
    internal static double PowerOfTwo(double x)
    {
        double whole = Math.Floor(x + 0.5);
        double y = (x - whole) * 0.69314718055994530942;
        double sum = 1;
        for (int n = 14; n > 0; n--)
        {
            sum = 1 + (y / n * sum);
        }

        return Math.ScaleB(sum, (int)whole);
    }

    /// <summary>log2(x) for x above 0, to about 1e-14.</summary>
    internal static double LogarithmToTwo(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);

        // ln m = 2 artanh((m - 1) / (m + 1)), and m from [1, 2) makes the ratio at most 1/3.
        double ratio = (mantissa - 1) / (mantissa + 1);
        double sum = 0;
        for (int n = 31; n > 0; n -= 2)
        {
            sum = (sum * ratio * ratio) + (1.0 / n);
        }

        return exponent + (2 * ratio * sum / 0.69314718055994530942);
    }
}
