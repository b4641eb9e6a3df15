// One warp's m16n8k8 product on tensor cores, D[16, 8] = A[16, 8] B[8, 8] + C[16, 8], of factors in tf32. Which lane
// holds which element is told by NVIDIA's PTX ISA, "Matrix fragments for mma.m16n8k8": of lane = 4 group + place,
//   A   a0 [group, place]   a1 [group + 8, place]   a2 [group, place + 4]   a3 [group + 8, place + 4]
//   B   b0 [place, group]   b1 [place + 4, group]
//   C   c0 [group, 2 place] c1 [group, 2 place + 1] c2 [group + 8, 2 place] c3 [group + 8, 2 place + 1]
// On the simulator the lanes hand each other the elements as that table says, so that a kernel which places them
// otherwise computes something else there, too.
using ILGPU;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What kernels ask of tensor cores.</summary>
internal static class TensorCore
{
    /// <summary>Elements of A and B that a lane holds.</summary>
    public const int Held = 6;

    /// <summary>True where <see cref="MultiplyAdd"/> works: NVIDIA GPUs from sm_80 on, ptx and the simulator.</summary>
    public static bool IsSupportedBy(ComputeDevice device) =>
        device.Info.IsSimulated || DeviceCatalog.HasTensorCores(device.Accelerator);

    /// <summary>The nearest tf32 of a float, ties away from zero: 10 bits behind the point, the rest 0.</summary>
    public static float Round(float value)
    {
        if (CudaAsm.IsSupported)
        {
            Output<uint> bits = default;
            Input<float> given = value;
            CudaAsm.EmitRef("cvt.rna.tf32.f32 %0, %1;", ref bits, ref given);
            return Interop.IntAsFloat(bits.Value);
        }

        return float.IsNaN(value) ? value : Interop.IntAsFloat((Interop.FloatAsInt(value) + 0x1000u) & 0xFFFFE000u);
    }

    /// <inheritdoc cref="Round(float)"/>
    public static Float4 Round(Float4 four) => new(Round(four.X), Round(four.Y), Round(four.Z), Round(four.W));

    /// <summary>This lane's c0 to c3 and the products of its warp. All lanes of the warp must call it.</summary>
    /// <param name="exchange">Shared memory of <see cref="Held"/> floats a thread, for the simulator alone.</param>
    /// <param name="c">c0 to c3.</param>
    /// <param name="a0">Of A.</param>
    /// <param name="a1">Of A.</param>
    /// <param name="a2">Of A.</param>
    /// <param name="a3">Of A.</param>
    /// <param name="b0">Of B.</param>
    /// <param name="b1">Of B.</param>
    public static Float4 MultiplyAdd(
        ArrayView<float> exchange, Float4 c, float a0, float a1, float a2, float a3, float b0, float b1)
    {
        if (CudaAsm.IsSupported)
        {
            Ref<float> d0 = c.X;
            Ref<float> d1 = c.Y;
            Ref<float> d2 = c.Z;
            Ref<float> d3 = c.W;
            Input<uint> i0 = Interop.FloatAsInt(a0);
            Input<uint> i1 = Interop.FloatAsInt(a1);
            Input<uint> i2 = Interop.FloatAsInt(a2);
            Input<uint> i3 = Interop.FloatAsInt(a3);
            Input<uint> j0 = Interop.FloatAsInt(b0);
            Input<uint> j1 = Interop.FloatAsInt(b1);
            CudaAsm.EmitRef(
                "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 " +
                "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};",
                ref d0, ref d1, ref d2, ref d3, ref i0, ref i1, ref i2, ref i3, ref j0, ref j1);
            return new Float4(d0.Value, d1.Value, d2.Value, d3.Value);
        }

        // Nothing but the simulator comes here: no other device is given a kernel that calls this.
        return Emulate(exchange, c, a0, a1, a2, a3, b0, b1);
    }

    private static Float4 Emulate(
        ArrayView<float> exchange, Float4 c, float a0, float a1, float a2, float a3, float b0, float b1)
    {
        ArrayView<float> mine = exchange.SubView(Group.IdxX * Held);
        mine[0] = a0;
        mine[1] = a1;
        mine[2] = a2;
        mine[3] = a3;
        mine[4] = b0;
        mine[5] = b1;
        Warp.Barrier();
        ArrayView<float> ofWarp = exchange.SubView((Group.IdxX - Warp.LaneIdx) * Held);
        int group = Warp.LaneIdx / 4;
        int column = Warp.LaneIdx % 4 * 2;
        float s0 = c.X;
        float s1 = c.Y;
        float s2 = c.Z;
        float s3 = c.W;
        for (int k = 0; k < 8; k++)
        {
            // Who holds A[group, k] and A[group + 8, k], who B[k, column] and B[k, column + 1].
            int place = k % 4;
            int half = k / 4;
            float high = ofWarp[(((4 * group) + place) * Held) + (2 * half)];
            float low = ofWarp[(((4 * group) + place) * Held) + (2 * half) + 1];
            float left = ofWarp[(((4 * column) + place) * Held) + 4 + half];
            float right = ofWarp[(((4 * (column + 1)) + place) * Held) + 4 + half];
            s0 += high * left;
            s1 += high * right;
            s2 += low * left;
            s3 += low * right;
        }

        Warp.Barrier();
        return new Float4(s0, s1, s2, s3);
    }
}
