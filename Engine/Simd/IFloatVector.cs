// Vectors of 512, 256 and 128 bits as one type argument: host bodies are written once and compiled for the width that
// the processor has. (Vector512 on a processor without 512-bit registers works, but ten times slower.)
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Simd;

/// <summary>A vector of float32: a lane is one of its numbers.</summary>
/// <typeparam name="TSelf">The vector itself.</typeparam>
internal unsafe interface IFloatVector<TSelf> where TSelf : unmanaged, IFloatVector<TSelf>
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

    /// <summary>Lane-wise conjunction of the bits.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Lane-wise quotient.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>sum += a b, rounded once. In place: the JIT then keeps a sum in one register, without a copy.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>sum += a b, rounded once, where no other product needs this b: one instruction reads it.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, float* b);

    /// <summary>sum += a[0] b, rounded once, where no other product needs this a: one instruction reads it.</summary>
    static abstract void AddScaled(ref TSelf sum, float* a, TSelf b);

    /// <summary>sum += a b, rounded once where the processor has an instruction for it, else twice.</summary>
    static abstract void AddProductEstimate(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>sum += a[0] b, rounded as by <see cref="AddProductEstimate"/>.</summary>
    static abstract void AddScaledEstimate(ref TSelf sum, float* a, TSelf b);

    /// <summary>Lane-wise maximum.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Lane-wise square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>b where a &lt; limit, else c.</summary>
    static abstract TSelf WhereBelow(TSelf a, TSelf limit, TSelf b, TSelf c);

    /// <summary>The sums of the lanes of four vectors.</summary>
    static abstract Vector128<float> SumOfEach(TSelf a, TSelf b, TSelf c, TSelf d);

    /// <summary>x = 2^exponent mantissa with sqrt(1/2) &lt;= mantissa &lt; sqrt(2), for normal x above 0.</summary>
    static abstract void SplitExponent(TSelf x, out TSelf exponent, out TSelf mantissa);

    /// <summary>target[j, i] = weights[j] source[i, j] for i, j below Count; no weights are ones.</summary>
    /// <returns>False where the processor has no instructions for it; nothing is done then.</returns>
    static abstract bool TransposeBlock(
        float* source, long sourceStride, float* target, long targetStride, float* weights);

    /// <summary>Reads two vectors of floats and deals them out in turn: lane i of a is at[2 i], of b at[2 i + 1].</summary>
    static abstract void LoadHalves(float* at, out TSelf a, out TSelf b);

    /// <summary>The reverse of <see cref="LoadHalves"/>: at[2 i] is lane i of a, at[2 i + 1] of b.</summary>
    static abstract void StoreHalves(float* at, TSelf a, TSelf b);

    /// <summary>Reads four vectors of floats and deals them out in turn: lane i of a is at[4 i], of b at[4 i + 1].</summary>
    static abstract void LoadFourths(float* at, out TSelf a, out TSelf b, out TSelf c, out TSelf d);

    /// <summary>The reverse of <see cref="LoadFourths"/>: at[4 i] is lane i of a, at[4 i + 1] of b.</summary>
    static abstract void StoreFourths(float* at, TSelf a, TSelf b, TSelf c, TSelf d);

    /// <summary>Writes all lanes, to any address.</summary>
    void Store(float* at);
}
