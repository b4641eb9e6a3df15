using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>Four lanes, of 128 bits.</summary>
internal readonly unsafe struct Lanes4(Vector128<float> value) : ILaneVector<Lanes4>
{
    private const int SqrtHalfBits = 0x3F3504F3;

    private readonly Vector128<float> value = value;

    public static int Count => 4;

    public static Lanes4 Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(float* at) => new(Vector128.Load(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 FusedMultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(Vector128.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => new(Vector128.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector128.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 WhereBelow(Lanes4 a, Lanes4 limit, Lanes4 b, Lanes4 c) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.value, limit.value), b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(Lanes4 x, out Lanes4 exponent, out Lanes4 mantissa)
    {
        Vector128<int> bits = x.value.AsInt32();
        Vector128<int> power = Vector128.ShiftRightArithmetic(bits - Vector128.Create(SqrtHalfBits), 23);
        exponent = new(Vector128.ConvertToSingle(power));
        mantissa = new((bits - Vector128.ShiftLeft(power, 23)).AsSingle());
    }

    /// <inheritdoc/>
    public static bool TransposeBlock(
        float* source, long sourceStride, float* target, long targetStride, float* weights) => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* at) => value.Store(at);
}
