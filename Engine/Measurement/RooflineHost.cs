using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Measurement;

/// <summary>The host bodies of <see cref="Roofline"/>: the widest vectors of the processor, on every worker.</summary>
internal static unsafe class RooflineHost
{
    /// <summary>Floats of a vector.</summary>
    public static int Lanes => HostSimd.Lanes;

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
        public void Run(int part, int worker) => target[part] = HostSimd.Lanes switch
        {
            16 => Chains<FloatVector512>(part, rounds),
            8 => Chains<FloatVector256>(part, rounds),
            _ => Chains<FloatVector128>(part, rounds),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains<TVector>(int start, int rounds) where TVector : unmanaged, IFloatVector<TVector>
    {
        TVector a = TVector.Create(0.999f);
        TVector b = TVector.Create(0.001f);
        TVector s0 = TVector.Create(start + 0f);
        TVector s1 = TVector.Create(start + 1f);
        TVector s2 = TVector.Create(start + 2f);
        TVector s3 = TVector.Create(start + 3f);
        TVector s4 = TVector.Create(start + 4f);
        TVector s5 = TVector.Create(start + 5f);
        TVector s6 = TVector.Create(start + 6f);
        TVector s7 = TVector.Create(start + 7f);
        TVector s8 = TVector.Create(start + 8f);
        TVector s9 = TVector.Create(start + 9f);
        TVector s10 = TVector.Create(start + 10f);
        TVector s11 = TVector.Create(start + 11f);
        TVector s12 = TVector.Create(start + 12f);
        TVector s13 = TVector.Create(start + 13f);
        TVector s14 = TVector.Create(start + 14f);
        TVector s15 = TVector.Create(start + 15f);
        for (int step = 0; step < 4 * rounds; step++)
        {
            TVector.AddProductEstimate(ref s0, a, b);
            TVector.AddProductEstimate(ref s1, a, b);
            TVector.AddProductEstimate(ref s2, a, b);
            TVector.AddProductEstimate(ref s3, a, b);
            TVector.AddProductEstimate(ref s4, a, b);
            TVector.AddProductEstimate(ref s5, a, b);
            TVector.AddProductEstimate(ref s6, a, b);
            TVector.AddProductEstimate(ref s7, a, b);
            TVector.AddProductEstimate(ref s8, a, b);
            TVector.AddProductEstimate(ref s9, a, b);
            TVector.AddProductEstimate(ref s10, a, b);
            TVector.AddProductEstimate(ref s11, a, b);
            TVector.AddProductEstimate(ref s12, a, b);
            TVector.AddProductEstimate(ref s13, a, b);
            TVector.AddProductEstimate(ref s14, a, b);
            TVector.AddProductEstimate(ref s15, a, b);
        }

        TVector sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11 + s12 + s13 + s14 + s15;
        return TVector.SumOfEach(sum, sum, sum, sum).ToScalar();
    }
}
