using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Simd;

/// <summary>Four float32 in 128 bits.</summary>
internal unsafe struct FloatVector128(Vector128<float> value) : IFloatVector<FloatVector128>
{
    private const int SqrtHalfBits = 0x3F3504F3;

    private Vector128<float> value = value;

    public static int Count => 4;

    public static FloatVector128 Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Load(float* at) => new(Vector128.Load(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator +(FloatVector128 a, FloatVector128 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator -(FloatVector128 a, FloatVector128 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator -(FloatVector128 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator *(FloatVector128 a, FloatVector128 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator &(FloatVector128 a, FloatVector128 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 operator /(FloatVector128 a, FloatVector128 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 FusedMultiplyAdd(FloatVector128 a, FloatVector128 b, FloatVector128 c) =>
        new(Vector128.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref FloatVector128 sum, FloatVector128 a, FloatVector128 b) =>
        sum.value = Vector128.FusedMultiplyAdd(a.value, b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref FloatVector128 sum, FloatVector128 a, float* b) =>
        sum.value = Vector128.FusedMultiplyAdd(a.value, Vector128.Load(b), sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref FloatVector128 sum, float* a, FloatVector128 b) =>
        sum.value = Vector128.FusedMultiplyAdd(Vector128.Create(*a), b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProductEstimate(ref FloatVector128 sum, FloatVector128 a, FloatVector128 b) =>
        sum.value = Vector128.MultiplyAddEstimate(a.value, b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaledEstimate(ref FloatVector128 sum, float* a, FloatVector128 b) =>
        sum.value = Vector128.MultiplyAddEstimate(Vector128.Create(*a), b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Max(FloatVector128 a, FloatVector128 b) => new(Vector128.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 Sqrt(FloatVector128 a) => new(Vector128.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector128 WhereBelow(
        FloatVector128 a, FloatVector128 limit, FloatVector128 b, FloatVector128 c) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a.value, limit.value), b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfEach(FloatVector128 a, FloatVector128 b, FloatVector128 c, FloatVector128 d) =>
        VectorLanes.SumOfEach(a.value, b.value, c.value, d.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(FloatVector128 x, out FloatVector128 exponent, out FloatVector128 mantissa)
    {
        Vector128<int> bits = x.value.AsInt32();
        Vector128<int> power = Vector128.ShiftRightArithmetic(bits - Vector128.Create(SqrtHalfBits), 23);
        exponent = new(Vector128.ConvertToSingle(power));
        mantissa = new((bits - Vector128.ShiftLeft(power, 23)).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TransposeBlock(
        float* source, long sourceStride, float* target, long targetStride, float* weights)
    {
        Vector128<float> w = weights == null ? Vector128<float>.One : Vector128.Load(weights);
        (Vector128<float> ac0, Vector128<float> ac1) = VectorLanes.Zip(
            Vector128.Load(source) * w, Vector128.Load(source + (2 * sourceStride)) * w);
        (Vector128<float> bd0, Vector128<float> bd1) = VectorLanes.Zip(
            Vector128.Load(source + sourceStride) * w, Vector128.Load(source + (3 * sourceStride)) * w);
        (Vector128<float> t0, Vector128<float> t1) = VectorLanes.Zip(ac0, bd0);
        (Vector128<float> t2, Vector128<float> t3) = VectorLanes.Zip(ac1, bd1);
        t0.Store(target);
        t1.Store(target + targetStride);
        t2.Store(target + (2 * targetStride));
        t3.Store(target + (3 * targetStride));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadHalves(float* at, out FloatVector128 a, out FloatVector128 b)
    {
        (Vector128<float> even, Vector128<float> odd) = VectorLanes.LoadHalves128(at);
        (a, b) = (new(even), new(odd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* at, FloatVector128 a, FloatVector128 b) =>
        VectorLanes.StoreHalves(at, a.value, b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourths(
        float* at, out FloatVector128 a, out FloatVector128 b, out FloatVector128 c, out FloatVector128 d)
    {
        VectorLanes.LoadFourths(
            at, out Vector128<float> v0, out Vector128<float> v1, out Vector128<float> v2, out Vector128<float> v3);
        (a, b, c, d) = (new(v0), new(v1), new(v2), new(v3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFourths(float* at, FloatVector128 a, FloatVector128 b, FloatVector128 c, FloatVector128 d) =>
        VectorLanes.StoreFourths(at, a.value, b.value, c.value, d.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* at) => value.Store(at);
}
