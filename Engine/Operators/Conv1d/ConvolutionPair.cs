namespace NativeCnn.Engine.Operators;

/// <summary>Two neighbouring columns (b, p) of the target, the first of them even.</summary>
internal readonly struct ConvolutionPair
{
    public readonly int First;  // Of row 0, in the target; -1 where there is none.
    public readonly int Second;
    public readonly int Step;   // p of the first.

    public ConvolutionPair(ConvolutionArgs a, int group, int column)
    {
        QuotientRemainder first = QuotientRemainder.Of(column, a.Positions);
        QuotientRemainder second = first.Next(a.Positions);
        int step = a.Pool != 0 ? first.Remainder / 2 : first.Remainder;
        First = column < a.Columns ? a.TargetOf(first.Quotient, group, 0) + step : -1;
        Second = column + 1 < a.Columns && second.Remainder < a.Present
            ? a.TargetOf(second.Quotient, group, 0) + second.Remainder
            : -1;
        Step = first.Remainder;
    }
}
