// What an instruction does with the lanes of its operands, for those that the machine has vector instructions for.
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Ptx;

/// <summary>An element for each pair of elements; of a comparison all bits set where it holds.</summary>
internal interface IVectorOperation<T> where T : unmanaged
{
    static abstract Vector512<T> Of(Vector512<T> a, Vector512<T> b);
}

internal readonly struct Add<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a + b;
}

internal readonly struct Subtract<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a - b;
}

internal readonly struct Multiply<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a * b;
}

/// <summary>Of floats alone: IEEE division, as <c>div.rn</c>.</summary>
internal readonly struct Divide<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a / b;
}

/// <summary>Of whole numbers alone: of floats PTX and .NET disagree about NaN.</summary>
internal readonly struct Smaller<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);
}

/// <inheritdoc cref="Smaller{T}"/>
internal readonly struct Larger<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);
}

/// <summary><c>min.f32</c>: the other operand where one is NaN.</summary>
internal readonly struct SmallerNumber<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.MinNumber(a, b);
}

/// <summary><c>max.f32</c>: the other operand where one is NaN.</summary>
internal readonly struct LargerNumber<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.MaxNumber(a, b);
}

internal readonly struct And<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a & b;
}

internal readonly struct Or<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a | b;
}

internal readonly struct Xor<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a ^ b;
}

internal readonly struct Equal<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b);
}

internal readonly struct Less<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);
}

internal readonly struct LessOrEqual<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.LessThanOrEqual(a, b);
}

internal readonly struct Greater<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThan(a, b);
}

internal readonly struct GreaterOrEqual<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThanOrEqual(a, b);
}

/// <summary>Both are numbers.</summary>
internal readonly struct Ordered<T> : IVectorOperation<T> where T : unmanaged
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, a) & Vector512.Equals(b, b);
}

/// <summary>A comparison that does not hold; of floats it holds where one is NaN.</summary>
internal readonly struct Not<T, TComparison> : IVectorOperation<T>
    where T : unmanaged
    where TComparison : struct, IVectorOperation<T>
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => ~TComparison.Of(a, b);
}

/// <summary>Two comparisons, both of which hold.</summary>
internal readonly struct Both<T, TOne, TOther> : IVectorOperation<T>
    where T : unmanaged
    where TOne : struct, IVectorOperation<T>
    where TOther : struct, IVectorOperation<T>
{
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => TOne.Of(a, b) & TOther.Of(a, b);
}
