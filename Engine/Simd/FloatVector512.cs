using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Simd;

/// <summary>Sixteen float32 in 512 bits.</summary>
internal unsafe struct FloatVector512(Vector512<float> value) : IFloatVector<FloatVector512>
{
    private const int SqrtHalfBits = 0x3F3504F3;

    private Vector512<float> value = value;

    public static int Count => 16;

    public static FloatVector512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Load(float* at) => new(Vector512.Load(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator +(FloatVector512 a, FloatVector512 b) => new(a.value + b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator -(FloatVector512 a, FloatVector512 b) => new(a.value - b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator -(FloatVector512 a) => new(-a.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator *(FloatVector512 a, FloatVector512 b) => new(a.value * b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator &(FloatVector512 a, FloatVector512 b) => new(a.value & b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 operator /(FloatVector512 a, FloatVector512 b) => new(a.value / b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 FusedMultiplyAdd(FloatVector512 a, FloatVector512 b, FloatVector512 c) =>
        new(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref FloatVector512 sum, FloatVector512 a, FloatVector512 b) =>
        sum.value = Vector512.FusedMultiplyAdd(a.value, b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref FloatVector512 sum, FloatVector512 a, float* b) =>
        sum.value = Vector512.FusedMultiplyAdd(a.value, Vector512.Load(b), sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref FloatVector512 sum, float* a, FloatVector512 b) =>
        sum.value = Vector512.FusedMultiplyAdd(Vector512.Create(*a), b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProductEstimate(ref FloatVector512 sum, FloatVector512 a, FloatVector512 b) =>
        sum.value = Vector512.MultiplyAddEstimate(a.value, b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaledEstimate(ref FloatVector512 sum, float* a, FloatVector512 b) =>
        sum.value = Vector512.MultiplyAddEstimate(Vector512.Create(*a), b.value, sum.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Max(FloatVector512 a, FloatVector512 b) => new(Vector512.Max(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 Sqrt(FloatVector512 a) => new(Vector512.Sqrt(a.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatVector512 WhereBelow(
        FloatVector512 a, FloatVector512 limit, FloatVector512 b, FloatVector512 c) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.value, limit.value), b.value, c.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfEach(FloatVector512 a, FloatVector512 b, FloatVector512 c, FloatVector512 d) =>
        VectorLanes.SumOfEach(a.value, b.value, c.value, d.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(FloatVector512 x, out FloatVector512 exponent, out FloatVector512 mantissa)
    {
        Vector512<int> bits = x.value.AsInt32();
        Vector512<int> power = Vector512.ShiftRightArithmetic(bits - Vector512.Create(SqrtHalfBits), 23);
        exponent = new(Vector512.ConvertToSingle(power));
        mantissa = new((bits - Vector512.ShiftLeft(power, 23)).AsSingle());
    }

    /// <inheritdoc/>
    /// <remarks>Pairs, quads, then quarters of the vectors change place.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TransposeBlock(
        float* source, long sourceStride, float* target, long targetStride, float* weights)
    {
        if (!Avx512F.IsSupported)
        {
            return false;
        }

        Vector512<float> w = weights == null ? Vector512<float>.One : Vector512.Load(weights);
        Quad(source, sourceStride, w, out var a0, out var a1, out var a2, out var a3);
        Quad(source + (4 * sourceStride), sourceStride, w, out var b0, out var b1, out var b2, out var b3);
        Quad(source + (8 * sourceStride), sourceStride, w, out var c0, out var c1, out var c2, out var c3);
        Quad(source + (12 * sourceStride), sourceStride, w, out var d0, out var d1, out var d2, out var d3);
        Quarters(a0, b0, c0, d0, target, targetStride);
        Quarters(a1, b1, c1, d1, target + targetStride, targetStride);
        Quarters(a2, b2, c2, d2, target + (2 * targetStride), targetStride);
        Quarters(a3, b3, c3, d3, target + (3 * targetStride), targetStride);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadHalves(float* at, out FloatVector512 a, out FloatVector512 b)
    {
        if (!Avx512F.IsSupported)
        {
            (Vector256<float> even0, Vector256<float> odd0) = VectorLanes.LoadHalves256(at);
            (Vector256<float> even1, Vector256<float> odd1) = VectorLanes.LoadHalves256(at + 16);
            (a, b) = (new(Vector512.Create(even0, even1)), new(Vector512.Create(odd0, odd1)));
            return;
        }

        Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        Vector512<float> v0 = Vector512.Load(at);
        Vector512<float> v1 = Vector512.Load(at + 16);
        a = new(Avx512F.PermuteVar16x32x2(v0, even, v1));
        b = new(Avx512F.PermuteVar16x32x2(v0, even + Vector512<int>.One, v1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* at, FloatVector512 a, FloatVector512 b)
    {
        if (!Avx512F.IsSupported)
        {
            VectorLanes.StoreHalves(at, a.value.GetLower(), b.value.GetLower());
            VectorLanes.StoreHalves(at + 16, a.value.GetUpper(), b.value.GetUpper());
            return;
        }

        Vector512<int> low = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        Avx512F.PermuteVar16x32x2(a.value, low, b.value).Store(at);
        Avx512F.PermuteVar16x32x2(a.value, low + Vector512.Create(8), b.value).Store(at + 16);
    }

    /// <inheritdoc/>
    /// <remarks>First the fourths of two vectors each, then halves change place.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourths(
        float* at, out FloatVector512 a, out FloatVector512 b, out FloatVector512 c, out FloatVector512 d)
    {
        if (!Avx512F.IsSupported)
        {
            VectorLanes.LoadFourths(
                at, out Vector256<float> a0, out Vector256<float> b0, out Vector256<float> c0, out Vector256<float> d0);
            VectorLanes.LoadFourths(
                at + 32, out Vector256<float> a1, out Vector256<float> b1, out Vector256<float> c1,
                out Vector256<float> d1);
            (a, b) = (new(Vector512.Create(a0, a1)), new(Vector512.Create(b0, b1)));
            (c, d) = (new(Vector512.Create(c0, c1)), new(Vector512.Create(d0, d1)));
            return;
        }

        Vector512<int> first = Vector512.Create(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        Vector512<int> second = Vector512.Create(2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
        Vector512<float> v0 = Vector512.Load(at);
        Vector512<float> v1 = Vector512.Load(at + 16);
        Vector512<float> v2 = Vector512.Load(at + 32);
        Vector512<float> v3 = Vector512.Load(at + 48);
        Vector512<float> ab01 = Avx512F.PermuteVar16x32x2(v0, first, v1);
        Vector512<float> cd01 = Avx512F.PermuteVar16x32x2(v0, second, v1);
        Vector512<float> ab23 = Avx512F.PermuteVar16x32x2(v2, first, v3);
        Vector512<float> cd23 = Avx512F.PermuteVar16x32x2(v2, second, v3);
        a = new(Avx512F.Shuffle4x128(ab01, ab23, 0x44));
        b = new(Avx512F.Shuffle4x128(ab01, ab23, 0xEE));
        c = new(Avx512F.Shuffle4x128(cd01, cd23, 0x44));
        d = new(Avx512F.Shuffle4x128(cd01, cd23, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFourths(float* at, FloatVector512 a, FloatVector512 b, FloatVector512 c, FloatVector512 d)
    {
        if (!Avx512F.IsSupported)
        {
            VectorLanes.StoreFourths(
                at, a.value.GetLower(), b.value.GetLower(), c.value.GetLower(), d.value.GetLower());
            VectorLanes.StoreFourths(
                at + 32, a.value.GetUpper(), b.value.GetUpper(), c.value.GetUpper(), d.value.GetUpper());
            return;
        }

        Vector512<int> low = Vector512.Create(0, 8, 16, 24, 1, 9, 17, 25, 2, 10, 18, 26, 3, 11, 19, 27);
        Vector512<int> high = Vector512.Create(4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31);
        Vector512<float> ab01 = Avx512F.Shuffle4x128(a.value, b.value, 0x44);
        Vector512<float> ab23 = Avx512F.Shuffle4x128(a.value, b.value, 0xEE);
        Vector512<float> cd01 = Avx512F.Shuffle4x128(c.value, d.value, 0x44);
        Vector512<float> cd23 = Avx512F.Shuffle4x128(c.value, d.value, 0xEE);
        Avx512F.PermuteVar16x32x2(ab01, low, cd01).Store(at);
        Avx512F.PermuteVar16x32x2(ab01, high, cd01).Store(at + 16);
        Avx512F.PermuteVar16x32x2(ab23, low, cd23).Store(at + 32);
        Avx512F.PermuteVar16x32x2(ab23, high, cd23).Store(at + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* at) => value.Store(at);

    /// <summary>Turns the four 4 x 4 blocks of four rows: column 4 g + j stands in quarter g of result j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(
        float* source, long stride, Vector512<float> weights,
        out Vector512<float> t0, out Vector512<float> t1, out Vector512<float> t2, out Vector512<float> t3)
    {
        Vector512<float> r0 = Vector512.Load(source) * weights;
        Vector512<float> r1 = Vector512.Load(source + stride) * weights;
        Vector512<float> r2 = Vector512.Load(source + (2 * stride)) * weights;
        Vector512<float> r3 = Vector512.Load(source + (3 * stride)) * weights;
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble();
        Vector512<double> high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble();
        Vector512<double> high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        t0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        t1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        t2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        t3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Gathers quarter g of the four vectors into row 4 g of the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, long stride)
    {
        Vector512<float> abLow = Avx512F.Shuffle4x128(a, b, 0x44);
        Vector512<float> abHigh = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<float> cdLow = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<float> cdHigh = Avx512F.Shuffle4x128(c, d, 0xEE);
        Avx512F.Shuffle4x128(abLow, cdLow, 0x88).Store(target);
        Avx512F.Shuffle4x128(abLow, cdLow, 0xDD).Store(target + (4 * stride));
        Avx512F.Shuffle4x128(abHigh, cdHigh, 0x88).Store(target + (8 * stride));
        Avx512F.Shuffle4x128(abHigh, cdHigh, 0xDD).Store(target + (12 * stride));
    }
}
