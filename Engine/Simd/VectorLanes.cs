// What moves or sums lanes within vectors, which no arithmetic lane by lane can say.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Simd;

/// <summary>Sums and exchanges of lanes.</summary>
internal static unsafe class VectorLanes
{
    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfEach(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
            Vector512<float> cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
            Vector512<float> all = Avx512F.Shuffle(ab, cd, 0x44) + Avx512F.Shuffle(ab, cd, 0xEE);
            Vector256<float> half = all.GetLower() + all.GetUpper();
            return half.GetLower() + half.GetUpper();
        }

        return SumOfEach(
            a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(),
            c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
    }

    /// <inheritdoc cref="SumOfEach(Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfEach(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => SumOfEach(
            a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(),
            c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    /// <inheritdoc cref="SumOfEach(Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumOfEach(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        (Vector128<float> ac0, Vector128<float> ac1) = Zip(a, c);
        (Vector128<float> bd0, Vector128<float> bd1) = Zip(b, d);
        (Vector128<float> s0, Vector128<float> s1) = Zip(ac0 + ac1, bd0 + bd1);
        return s0 + s1;
    }

    /// <summary>The lanes of two vectors in turn: (a0, b0, a1, b1), (a2, b2, a3, b3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float> Low, Vector128<float> High) Zip(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            return (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b));
        }

        return (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
    }

    /// <summary>Two vectors of floats dealt out in turn: lane i of the first is at[2 i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float> Even, Vector128<float> Odd) LoadHalves128(float* at)
    {
        Vector128<float> v0 = Vector128.Load(at);
        Vector128<float> v1 = Vector128.Load(at + 4);
        return (
            Vector128.Create(Vector128.Shuffle(v0, Vector128.Create(0, 2, 0, 2)).GetLower(),
                Vector128.Shuffle(v1, Vector128.Create(0, 2, 0, 2)).GetLower()),
            Vector128.Create(Vector128.Shuffle(v0, Vector128.Create(1, 3, 1, 3)).GetLower(),
                Vector128.Shuffle(v1, Vector128.Create(1, 3, 1, 3)).GetLower()));
    }

    /// <inheritdoc cref="LoadHalves128"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Even, Vector256<float> Odd) LoadHalves256(float* at)
    {
        if (!Avx.IsSupported)
        {
            (Vector128<float> even0, Vector128<float> odd0) = LoadHalves128(at);
            (Vector128<float> even1, Vector128<float> odd1) = LoadHalves128(at + 8);
            return (Vector256.Create(even0, even1), Vector256.Create(odd0, odd1));
        }

        Vector256<float> outer = Halves(at, at + 8);
        Vector256<float> inner = Halves(at + 4, at + 12);
        return (Avx.Shuffle(outer, inner, 0x88), Avx.Shuffle(outer, inner, 0xDD));
    }

    /// <summary>The lanes of two vectors in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* at, Vector128<float> a, Vector128<float> b)
    {
        (Vector128<float> low, Vector128<float> high) = Zip(a, b);
        low.Store(at);
        high.Store(at + 4);
    }

    /// <inheritdoc cref="StoreHalves(float*, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* at, Vector256<float> a, Vector256<float> b)
    {
        StoreHalves(at, a.GetLower(), b.GetLower());
        StoreHalves(at + 8, a.GetUpper(), b.GetUpper());
    }

    /// <summary>Four vectors of floats dealt out in turn: lane i of a is at[4 i], of b at[4 i + 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourths(
        float* at, out Vector128<float> a, out Vector128<float> b, out Vector128<float> c, out Vector128<float> d) =>
        Transpose(
            Vector128.Load(at), Vector128.Load(at + 4), Vector128.Load(at + 8), Vector128.Load(at + 12), out a, out b,
            out c, out d);

    /// <summary>The reverse: at[4 i] is lane i of a, at[4 i + 1] of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFourths(
        float* at, Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        Transpose(
            a, b, c, d, out Vector128<float> v0, out Vector128<float> v1, out Vector128<float> v2,
            out Vector128<float> v3);
        v0.Store(at);
        v1.Store(at + 4);
        v2.Store(at + 8);
        v3.Store(at + 12);
    }

    /// <inheritdoc cref="LoadFourths(float*, out Vector128{float}, out Vector128{float}, out Vector128{float}, out Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFourths(
        float* at, out Vector256<float> a, out Vector256<float> b, out Vector256<float> c, out Vector256<float> d)
    {
        if (!Avx.IsSupported)
        {
            LoadFourths(
                at, out Vector128<float> a0, out Vector128<float> b0, out Vector128<float> c0, out Vector128<float> d0);
            LoadFourths(
                at + 16, out Vector128<float> a1, out Vector128<float> b1, out Vector128<float> c1,
                out Vector128<float> d1);
            (a, b) = (Vector256.Create(a0, a1), Vector256.Create(b0, b1));
            (c, d) = (Vector256.Create(c0, c1), Vector256.Create(d0, d1));
            return;
        }

        // Fours i and i + 4 share a vector; then each half is a transposition of 4 x 4.
        Transpose(
            Halves(at, at + 16), Halves(at + 4, at + 20), Halves(at + 8, at + 24), Halves(at + 12, at + 28), out a,
            out b, out c, out d);
    }

    /// <inheritdoc cref="StoreFourths(float*, Vector128{float}, Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFourths(
        float* at, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (!Avx.IsSupported)
        {
            StoreFourths(at, a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower());
            StoreFourths(at + 16, a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper());
            return;
        }

        Transpose(
            a, b, c, d, out Vector256<float> v0, out Vector256<float> v1, out Vector256<float> v2,
            out Vector256<float> v3);
        v0.GetLower().Store(at);
        v1.GetLower().Store(at + 4);
        v2.GetLower().Store(at + 8);
        v3.GetLower().Store(at + 12);
        v0.GetUpper().Store(at + 16);
        v1.GetUpper().Store(at + 20);
        v2.GetUpper().Store(at + 24);
        v3.GetUpper().Store(at + 28);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* low, float* high) =>
        Vector256.Create(Vector128.Load(low), Vector128.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector128<float> r0, Vector128<float> r1, Vector128<float> r2, Vector128<float> r3, out Vector128<float> c0,
        out Vector128<float> c1, out Vector128<float> c2, out Vector128<float> c3)
    {
        (Vector128<float> even0, Vector128<float> even1) = Zip(r0, r2);
        (Vector128<float> odd0, Vector128<float> odd1) = Zip(r1, r3);
        (c0, c1) = Zip(even0, odd0);
        (c2, c3) = Zip(even1, odd1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, out Vector256<float> c0,
        out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        Vector256<float> even0 = Avx.UnpackLow(r0, r2);
        Vector256<float> even1 = Avx.UnpackHigh(r0, r2);
        Vector256<float> odd0 = Avx.UnpackLow(r1, r3);
        Vector256<float> odd1 = Avx.UnpackHigh(r1, r3);
        c0 = Avx.UnpackLow(even0, odd0);
        c1 = Avx.UnpackHigh(even0, odd0);
        c2 = Avx.UnpackLow(even1, odd1);
        c3 = Avx.UnpackHigh(even1, odd1);
    }
}
