// Vectors of sixteen, eight and four float32, as one type argument: the bodies that work on signals side by side are
// written once and compiled for the width that the processor has. (Vector512 on a processor without 512-bit registers
// works, but ten times slower.)

namespace NativeCnn.Engine.Operators;

/// <summary>A vector whose lanes are signals side by side.</summary>
/// <typeparam name="TSelf">The vector itself.</typeparam>
internal unsafe interface ILaneVector<TSelf> where TSelf : unmanaged, ILaneVector<TSelf>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>0 in every lane.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>One number in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>Reads as many floats as there are lanes, from any address.</summary>
    static abstract TSelf Load(float* at);

    /// <summary>Lane-wise sum.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Lane-wise difference.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Lane-wise negation.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>Lane-wise product.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Lane-wise quotient.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>Lane-wise maximum.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Lane-wise square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>b where a &lt; limit, else c.</summary>
    static abstract TSelf WhereBelow(TSelf a, TSelf limit, TSelf b, TSelf c);

    /// <summary>x = 2^exponent mantissa with sqrt(1/2) &lt;= mantissa &lt; sqrt(2), for normal x above 0.</summary>
    static abstract void SplitExponent(TSelf x, out TSelf exponent, out TSelf mantissa);

    /// <summary>target[j, i] = weights[j] source[i, j] for i, j below Count; no weights are ones.</summary>
    /// <returns>False where the processor has no instructions for it; nothing is done then.</returns>
    static abstract bool TransposeBlock(
        float* source, long sourceStride, float* target, long targetStride, float* weights);

    /// <summary>Writes all lanes, to any address.</summary>
    void Store(float* at);
}
