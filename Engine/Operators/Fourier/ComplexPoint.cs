namespace NativeCnn.Engine.Operators;

/// <summary>A complex number in two registers of a kernel.</summary>
internal readonly struct ComplexPoint(float re, float im)
{
    private const float RootOfHalf = 0.70710678118654752440f;

    public readonly float Re = re;
    public readonly float Im = im;

    public static ComplexPoint operator +(ComplexPoint a, ComplexPoint b) => new(a.Re + b.Re, a.Im + b.Im);

    public static ComplexPoint operator -(ComplexPoint a, ComplexPoint b) => new(a.Re - b.Re, a.Im - b.Im);

    /// <summary>Times exp(-2 pi i / 8).</summary>
    public ComplexPoint TurnedByEighth => new(RootOfHalf * (Re + Im), RootOfHalf * (Im - Re));

    /// <summary>Times exp(-2 pi i 2 / 8) = -i.</summary>
    public ComplexPoint TurnedByQuarter => new(Im, -Re);

    /// <summary>Times exp(-2 pi i 3 / 8).</summary>
    public ComplexPoint TurnedByThreeEighths => new(RootOfHalf * (Im - Re), -RootOfHalf * (Re + Im));
}
