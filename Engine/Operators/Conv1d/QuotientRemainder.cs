namespace NativeCnn.Engine.Operators;

/// <summary>
/// A number that a kernel has divided once and moves on without dividing again: a term into its channel and tap, a
/// column of the mini-batch into its clip and time step.
/// </summary>
internal readonly struct QuotientRemainder(int quotient, int remainder)
{
    public readonly int Quotient = quotient;
    public readonly int Remainder = remainder;

    public static QuotientRemainder Of(int number, int divisor)
    {
        int quotient = number / divisor;
        return new QuotientRemainder(quotient, number - (quotient * divisor));
    }

    /// <summary>The sum of two numbers that were divided by the same <paramref name="divisor"/>.</summary>
    public QuotientRemainder Plus(QuotientRemainder other, int divisor)
    {
        int remainder = Remainder + other.Remainder;
        bool carries = remainder >= divisor;
        return new QuotientRemainder(
            Quotient + other.Quotient + (carries ? 1 : 0), carries ? remainder - divisor : remainder);
    }

    /// <summary>The next number.</summary>
    public QuotientRemainder Next(int divisor) => Plus(new QuotientRemainder(0, 1), divisor);
}
