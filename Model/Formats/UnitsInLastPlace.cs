namespace NativeCnn.Model.Formats;

/// <summary>Distances of float32 in units in the last place (ULP).</summary>
public static class UnitsInLastPlace
{
    /// <summary>
    /// How many float32 lie between two, one of the ends counted: 1 for neighbours, 0 for the two zeros and for two NaN;
    /// long.MaxValue where one alone is NaN.
    /// </summary>
    public static long Between(float a, float b)
    {
        if (float.IsNaN(a) || float.IsNaN(b))
        {
            return float.IsNaN(a) && float.IsNaN(b) ? 0 : long.MaxValue;
        }

        return Math.Abs(Ordered(a) - Ordered(b));

        // Floats of one sign are in the order of their bits; those below 0 the other way round.
        static long Ordered(float value)
        {
            int bits = BitConverter.SingleToInt32Bits(value);
            return bits < 0 ? -(long)(bits & int.MaxValue) : bits;
        }
    }
}
