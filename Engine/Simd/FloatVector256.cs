using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Simd;

/// <summary>Eight float32 in 256 bits.</summary>
internal unsafe struct FloatVector256(Vector256<float> value) : IFloatVector<FloatVector256>
{
    private const int SqrtHalfBits = 0x3F3504F3;

    private Vector256<float> value = value;

    public static int Count => 8;

    public static FloatVector256 Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Load(float* at) => new(Vector256.Load(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator +(FloatVector256 a, FloatVector256 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator -(FloatVector256 a, FloatVector256 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator -(FloatVector256 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator *(FloatVector256 a, FloatVector256 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator &(FloatVector256 a, FloatVector256 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 operator /(FloatVector256 a, FloatVector256 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 FusedMultiplyAdd(FloatVector256 a, FloatVector256 b, FloatVector256 c) =>
        new(Vector256.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref FloatVector256 sum, FloatVector256 a, FloatVector256 b) =>
        sum.value = Vector256.FusedMultiplyAdd(a.value, b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref FloatVector256 sum, FloatVector256 a, float* b) =>
        sum.value = Vector256.FusedMultiplyAdd(a.value, Vector256.Load(b), sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref FloatVector256 sum, float* a, FloatVector256 b) =>
        sum.value = Vector256.FusedMultiplyAdd(Vector256.Create(*a), b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProductEstimate(ref FloatVector256 sum, FloatVector256 a, FloatVector256 b) =>
        sum.value = Vector256.MultiplyAddEstimate(a.value, b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaledEstimate(ref FloatVector256 sum, float* a, FloatVector256 b) =>
        sum.value = Vector256.MultiplyAddEstimate(Vector256.Create(*a), b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Max(FloatVector256 a, FloatVector256 b) => new(Vector256.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 Sqrt(FloatVector256 a) => new(Vector256.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector256 WhereBelow(
        FloatVector256 a, FloatVector256 limit, FloatVector256 b, FloatVector256 c) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.value, limit.value), b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfEach(FloatVector256 a, FloatVector256 b, FloatVector256 c, FloatVector256 d) =>
        VectorLanes.SumOfEach(a.value, b.value, c.value, d.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(FloatVector256 x, out FloatVector256 exponent, out FloatVector256 mantissa)
    {
        Vector256<int> bits = x.value.AsInt32();
        Vector256<int> power = Vector256.ShiftRightArithmetic(bits - Vector256.Create(SqrtHalfBits), 23);
        exponent = new(Vector256.ConvertToSingle(power));
        mantissa = new((bits - Vector256.ShiftLeft(power, 23)).AsSingle());
    }

    /// <inheritdoc/>
    /// <remarks>Pairs, quads, then halves of the vectors change place.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TransposeBlock(
        float* source, long sourceStride, float* target, long targetStride, float* weights)
    {
        if (!Avx.IsSupported)
        {
            return false;
        }

        Vector256<float> w = weights == null ? Vector256<float>.One : Vector256.Load(weights);
        Quad(source, sourceStride, w, out var a0, out var a1, out var a2, out var a3);
        Quad(source + (4 * sourceStride), sourceStride, w, out var b0, out var b1, out var b2, out var b3);
        Halves(a0, b0, target, targetStride);
        Halves(a1, b1, target + targetStride, targetStride);
        Halves(a2, b2, target + (2 * targetStride), targetStride);
        Halves(a3, b3, target + (3 * targetStride), targetStride);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadHalves(float* at, out FloatVector256 a, out FloatVector256 b)
    {
        (Vector256<float> even, Vector256<float> odd) = VectorLanes.LoadHalves256(at);
        (a, b) = (new(even), new(odd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* at, FloatVector256 a, FloatVector256 b) =>
        VectorLanes.StoreHalves(at, a.value, b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourths(
        float* at, out FloatVector256 a, out FloatVector256 b, out FloatVector256 c, out FloatVector256 d)
    {
        VectorLanes.LoadFourths(
            at, out Vector256<float> v0, out Vector256<float> v1, out Vector256<float> v2, out Vector256<float> v3);
        (a, b, c, d) = (new(v0), new(v1), new(v2), new(v3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFourths(float* at, FloatVector256 a, FloatVector256 b, FloatVector256 c, FloatVector256 d) =>
        VectorLanes.StoreFourths(at, a.value, b.value, c.value, d.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* at) => value.Store(at);

    /// <summary>Turns the two 4 x 4 blocks of four rows: column 4 g + j stands in half g of result j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(
        float* source, long stride, Vector256<float> weights,
        out Vector256<float> t0, out Vector256<float> t1, out Vector256<float> t2, out Vector256<float> t3)
    {
        Vector256<float> r0 = Vector256.Load(source) * weights;
        Vector256<float> r1 = Vector256.Load(source + stride) * weights;
        Vector256<float> r2 = Vector256.Load(source + (2 * stride)) * weights;
        Vector256<float> r3 = Vector256.Load(source + (3 * stride)) * weights;
        Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble();
        Vector256<double> high01 = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> low23 = Avx.UnpackLow(r2, r3).AsDouble();
        Vector256<double> high23 = Avx.UnpackHigh(r2, r3).AsDouble();
        t0 = Avx.UnpackLow(low01, low23).AsSingle();
        t1 = Avx.UnpackHigh(low01, low23).AsSingle();
        t2 = Avx.UnpackLow(high01, high23).AsSingle();
        t3 = Avx.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Gathers half g of the two vectors into row 4 g of the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<float> a, Vector256<float> b, float* target, long stride)
    {
        Avx.Permute2x128(a, b, 0x20).Store(target);
        Avx.Permute2x128(a, b, 0x31).Store(target + (4 * stride));
    }
}
