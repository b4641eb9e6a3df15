using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Measurement;

/// <summary>The portable kernels of <see cref="Roofline"/>.</summary>
internal static class RooflineKernels
{
    private const float Factor = 0.999f;
    private const float Addend = 0.001f;

    public static void Copy(CopyArgs a)
    {
        ArrayView<Float4> source = a.Source.Cast<Float4>();
        ArrayView<Float4> target = a.Target.Cast<Float4>();
        int float4s = a.Source.IntLength / 4;
        for (int i = Grid.GlobalLinearIndex; i < float4s; i += Grid.DimX * Group.DimX)
        {
            target[i] = source[i];
        }
    }

    /// <summary>16 chains, none of which waits for another; ILGPU unrolls no loop, so a round is spelled out.</summary>
    public static void MultiplyAdd(MultiplyAddArgs a)
    {
        float start = Grid.GlobalLinearIndex;
        float s0 = start + 0f;
        float s1 = start + 1f;
        float s2 = start + 2f;
        float s3 = start + 3f;
        float s4 = start + 4f;
        float s5 = start + 5f;
        float s6 = start + 6f;
        float s7 = start + 7f;
        float s8 = start + 8f;
        float s9 = start + 9f;
        float s10 = start + 10f;
        float s11 = start + 11f;
        float s12 = start + 12f;
        float s13 = start + 13f;
        float s14 = start + 14f;
        float s15 = start + 15f;
        for (int round = 0; round < a.Rounds; round++)
        {
            s0 = FourSteps(s0);
            s1 = FourSteps(s1);
            s2 = FourSteps(s2);
            s3 = FourSteps(s3);
            s4 = FourSteps(s4);
            s5 = FourSteps(s5);
            s6 = FourSteps(s6);
            s7 = FourSteps(s7);
            s8 = FourSteps(s8);
            s9 = FourSteps(s9);
            s10 = FourSteps(s10);
            s11 = FourSteps(s11);
            s12 = FourSteps(s12);
            s13 = FourSteps(s13);
            s14 = FourSteps(s14);
            s15 = FourSteps(s15);
        }

        a.Target[Grid.GlobalLinearIndex] =
            s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 +
            s8 + s9 + s10 + s11 + s12 + s13 + s14 + s15;
    }

    private static float FourSteps(float s)
    {
        s = (s * Factor) + Addend;
        s = (s * Factor) + Addend;
        s = (s * Factor) + Addend;
        return (s * Factor) + Addend;
    }

    internal readonly record struct CopyArgs(ArrayView<float> Source, ArrayView<float> Target);

    internal readonly record struct MultiplyAddArgs(ArrayView<float> Target, int Rounds);
}
