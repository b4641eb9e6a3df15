using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Measurement;

/// <summary>The host bodies of <see cref="Roofline"/>: the widest vectors of the processor, on every worker.</summary>
internal static unsafe class RooflineHost
{
    private const float Factor = 0.999f;
    private const float Addend = 0.001f;

    /// <summary>Floats of a vector.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : 8;

    public static void Copy(HostWorkers workers, Tensor<float> source, Tensor<float> target) =>
        workers.Run(HostParts.Blocks(source.Length), new CopyBody(source.Address, target.Address, source.Length));

    public static void MultiplyAdd(HostWorkers workers, Tensor<float> target, int rounds) =>
        workers.Run(workers.Count, new MultiplyAddBody(target.Address, rounds));

    private readonly struct CopyBody(float* source, float* target, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            new ReadOnlySpan<float>(source + start, count).CopyTo(new Span<float>(target + start, count));
        }
    }

    private readonly struct MultiplyAddBody(float* target, int rounds) : IHostBody
    {
        public void Run(int part, int worker) =>
            target[part] = Vector512.IsHardwareAccelerated ? Chains512(part, rounds) : Chains256(part, rounds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains512(int start, int rounds)
    {
        Vector512<float> factor = Vector512.Create(Factor);
        Vector512<float> addend = Vector512.Create(Addend);
        Vector512<float> s0 = Vector512.Create(start + 0f);
        Vector512<float> s1 = Vector512.Create(start + 1f);
        Vector512<float> s2 = Vector512.Create(start + 2f);
        Vector512<float> s3 = Vector512.Create(start + 3f);
        Vector512<float> s4 = Vector512.Create(start + 4f);
        Vector512<float> s5 = Vector512.Create(start + 5f);
        Vector512<float> s6 = Vector512.Create(start + 6f);
        Vector512<float> s7 = Vector512.Create(start + 7f);
        Vector512<float> s8 = Vector512.Create(start + 8f);
        Vector512<float> s9 = Vector512.Create(start + 9f);
        Vector512<float> s10 = Vector512.Create(start + 10f);
        Vector512<float> s11 = Vector512.Create(start + 11f);
        Vector512<float> s12 = Vector512.Create(start + 12f);
        Vector512<float> s13 = Vector512.Create(start + 13f);
        Vector512<float> s14 = Vector512.Create(start + 14f);
        Vector512<float> s15 = Vector512.Create(start + 15f);
        for (int step = 0; step < 4 * rounds; step++)
        {
            s0 = Vector512.MultiplyAddEstimate(s0, factor, addend);
            s1 = Vector512.MultiplyAddEstimate(s1, factor, addend);
            s2 = Vector512.MultiplyAddEstimate(s2, factor, addend);
            s3 = Vector512.MultiplyAddEstimate(s3, factor, addend);
            s4 = Vector512.MultiplyAddEstimate(s4, factor, addend);
            s5 = Vector512.MultiplyAddEstimate(s5, factor, addend);
            s6 = Vector512.MultiplyAddEstimate(s6, factor, addend);
            s7 = Vector512.MultiplyAddEstimate(s7, factor, addend);
            s8 = Vector512.MultiplyAddEstimate(s8, factor, addend);
            s9 = Vector512.MultiplyAddEstimate(s9, factor, addend);
            s10 = Vector512.MultiplyAddEstimate(s10, factor, addend);
            s11 = Vector512.MultiplyAddEstimate(s11, factor, addend);
            s12 = Vector512.MultiplyAddEstimate(s12, factor, addend);
            s13 = Vector512.MultiplyAddEstimate(s13, factor, addend);
            s14 = Vector512.MultiplyAddEstimate(s14, factor, addend);
            s15 = Vector512.MultiplyAddEstimate(s15, factor, addend);
        }

        return Vector512.Sum(
            s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 +
            s8 + s9 + s10 + s11 + s12 + s13 + s14 + s15);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains256(int start, int rounds)
    {
        Vector256<float> factor = Vector256.Create(Factor);
        Vector256<float> addend = Vector256.Create(Addend);
        Vector256<float> s0 = Vector256.Create(start + 0f);
        Vector256<float> s1 = Vector256.Create(start + 1f);
        Vector256<float> s2 = Vector256.Create(start + 2f);
        Vector256<float> s3 = Vector256.Create(start + 3f);
        Vector256<float> s4 = Vector256.Create(start + 4f);
        Vector256<float> s5 = Vector256.Create(start + 5f);
        Vector256<float> s6 = Vector256.Create(start + 6f);
        Vector256<float> s7 = Vector256.Create(start + 7f);
        Vector256<float> s8 = Vector256.Create(start + 8f);
        Vector256<float> s9 = Vector256.Create(start + 9f);
        Vector256<float> s10 = Vector256.Create(start + 10f);
        Vector256<float> s11 = Vector256.Create(start + 11f);
        Vector256<float> s12 = Vector256.Create(start + 12f);
        Vector256<float> s13 = Vector256.Create(start + 13f);
        Vector256<float> s14 = Vector256.Create(start + 14f);
        Vector256<float> s15 = Vector256.Create(start + 15f);
        for (int step = 0; step < 4 * rounds; step++)
        {
            s0 = Vector256.MultiplyAddEstimate(s0, factor, addend);
            s1 = Vector256.MultiplyAddEstimate(s1, factor, addend);
            s2 = Vector256.MultiplyAddEstimate(s2, factor, addend);
            s3 = Vector256.MultiplyAddEstimate(s3, factor, addend);
            s4 = Vector256.MultiplyAddEstimate(s4, factor, addend);
            s5 = Vector256.MultiplyAddEstimate(s5, factor, addend);
            s6 = Vector256.MultiplyAddEstimate(s6, factor, addend);
            s7 = Vector256.MultiplyAddEstimate(s7, factor, addend);
            s8 = Vector256.MultiplyAddEstimate(s8, factor, addend);
            s9 = Vector256.MultiplyAddEstimate(s9, factor, addend);
            s10 = Vector256.MultiplyAddEstimate(s10, factor, addend);
            s11 = Vector256.MultiplyAddEstimate(s11, factor, addend);
            s12 = Vector256.MultiplyAddEstimate(s12, factor, addend);
            s13 = Vector256.MultiplyAddEstimate(s13, factor, addend);
            s14 = Vector256.MultiplyAddEstimate(s14, factor, addend);
            s15 = Vector256.MultiplyAddEstimate(s15, factor, addend);
        }

        return Vector256.Sum(
            s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 +
            s8 + s9 + s10 + s11 + s12 + s13 + s14 + s15);
    }
}
