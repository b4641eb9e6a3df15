using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Transposes small panels of float32 for host bodies, in blocks of 16 x 16 where there is AVX-512, of 8 x 8 where there
/// is AVX.
/// </summary>
internal static unsafe class HostTranspose
{
    /// <summary>target[j * targetPitch + i] = source[i * sourcePitch + j] for i &lt; rows, j &lt; columns.</summary>
    public static void Run(float* source, int sourcePitch, int rows, int columns, float* target, int targetPitch)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            const int lanes = 16;
            for (; i + lanes <= rows; i += lanes)
            {
                int j = 0;
                for (; j + lanes <= columns; j += lanes)
                {
                    float* from = source + ((long)i * sourcePitch) + j;
                    FloatVector512.TransposeBlock(
                        from, sourcePitch, target + ((long)j * targetPitch) + i, targetPitch, weights: null);
                }

                Eights(
                    source + ((long)i * sourcePitch) + j, sourcePitch, lanes, columns - j,
                    target + ((long)j * targetPitch) + i, targetPitch);
            }
        }

        Eights(source + ((long)i * sourcePitch), sourcePitch, rows - i, columns, target + i, targetPitch);
    }

    private static void Eights(
        float* source, int sourcePitch, int rows, int columns, float* target, int targetPitch)
    {
        int i = 0;
        if (Avx.IsSupported)
        {
            for (; i + 8 <= rows; i += 8)
            {
                int j = 0;
                for (; j + 8 <= columns; j += 8)
                {
                    float* from = source + ((long)i * sourcePitch) + j;
                    Block(from, sourcePitch, target + ((long)j * targetPitch) + i, targetPitch);
                }

                Scalar(source + ((long)i * sourcePitch), sourcePitch, 8, j, columns, target + i, targetPitch);
            }
        }

        Scalar(source + ((long)i * sourcePitch), sourcePitch, rows - i, 0, columns, target + i, targetPitch);
    }

    private static void Scalar(
        float* source, int sourcePitch, int rows, int firstColumn, int columns, float* target, int targetPitch)
    {
        for (int j = firstColumn; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
            {
                target[((long)j * targetPitch) + i] = source[((long)i * sourcePitch) + j];
            }
        }
    }

    private static void Block(float* source, int sourcePitch, float* target, int targetPitch)
    {
        // Rows i and i + 4 share a vector (an insert from memory is cheaper than a cross-lane shuffle); two rounds of
        // unpacking within 128-bit lanes do the rest.
        Vector256<float> a0 = Halves(source, sourcePitch, 0, 0);
        Vector256<float> a1 = Halves(source, sourcePitch, 1, 0);
        Vector256<float> a2 = Halves(source, sourcePitch, 2, 0);
        Vector256<float> a3 = Halves(source, sourcePitch, 3, 0);
        StoreFour(a0, a1, a2, a3, target, targetPitch);
        a0 = Halves(source, sourcePitch, 0, 4);
        a1 = Halves(source, sourcePitch, 1, 4);
        a2 = Halves(source, sourcePitch, 2, 4);
        a3 = Halves(source, sourcePitch, 3, 4);
        StoreFour(a0, a1, a2, a3, target + (4L * targetPitch), targetPitch);
    }

    private static Vector256<float> Halves(float* source, int pitch, int row, int column) => Avx.InsertVector128(
        Vector128.Load(source + ((long)row * pitch) + column).ToVector256Unsafe(),
        Vector128.Load(source + ((row + 4L) * pitch) + column),
        1);

    private static void StoreFour(
        Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3, float* target, long pitch)
    {
        Vector256<double> b0 = Avx.UnpackLow(a0, a1).AsDouble();
        Vector256<double> b1 = Avx.UnpackHigh(a0, a1).AsDouble();
        Vector256<double> b2 = Avx.UnpackLow(a2, a3).AsDouble();
        Vector256<double> b3 = Avx.UnpackHigh(a2, a3).AsDouble();
        Avx.UnpackLow(b0, b2).AsSingle().Store(target);
        Avx.UnpackHigh(b0, b2).AsSingle().Store(target + pitch);
        Avx.UnpackLow(b1, b3).AsSingle().Store(target + (2 * pitch));
        Avx.UnpackHigh(b1, b3).AsSingle().Store(target + (3 * pitch));
    }
}
