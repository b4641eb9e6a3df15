// x <- the nearest number that 16 bits hold (IEEE 754 binary16, ties to even), in place: features that are kept as
// halves are halves wherever they are kept. Beyond 65,504 there is infinity.
// Bodies: portable, an element a thread, on the bits: ILGPU's own Half is not on every device. Host: there and back by
// the processor's conversion, a piece a part.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features;

/// <summary>Rounds features to 16 bits, on the device.</summary>
internal static class HalfRounding
{
    private const int Infinity = 0x7F80_0000;

    // 65,520: halfway from the largest half to the next, which is not there.
    private const int LeastInfinite = 0x477F_F000;

    // 2^-14, the least that has all its digits.
    private const int LeastNormal = 0x3880_0000;

    // Digits that a float has and a half has not.
    private const int DigitsLost = 13;

    private const int PieceLength = 1024;

    /// <summary>Rounds every value.</summary>
    /// <param name="device">Where.</param>
    /// <param name="values">Any shape; changed in place.</param>
    public static unsafe void Apply(ComputeDevice device, Tensor<float> values)
    {
        if (device.IsHost)
        {
            int parts = (values.Length + PieceLength - 1) / PieceLength;
            device.Workers.Run(parts, new HostBody(values.Address, values.Length));
        }
        else
        {
            device.Load<Args>(Round).LaunchOver(values.Length, new Args(values.View));
        }
    }

    internal static void Round(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Values.Length; i += Grid.DimX * Group.DimX)
        {
            a.Values[i] = Nearest(a.Values[i]);
        }
    }

    private static float Nearest(float x)
    {
        int bits = (int)Interop.FloatAsInt(x);
        int magnitude = bits & int.MaxValue;
        int sign = bits & int.MinValue;
        if (magnitude > Infinity)
        {
            return x;
        }

        if (magnitude >= LeastInfinite)
        {
            return Interop.IntAsFloat((uint)(Infinity | sign));
        }

        if (magnitude < LeastNormal)
        {
            // Halves stand 2^-24 apart here, as floats do from a half to one.
            float near = (Interop.IntAsFloat((uint)magnitude) + 0.5f) - 0.5f;
            return sign == 0 ? near : -near;
        }

        int even = (magnitude >> DigitsLost) & 1;
        int rounded = magnitude + (1 << (DigitsLost - 1)) - 1 + even;
        return Interop.IntAsFloat((uint)((rounded >> DigitsLost << DigitsLost) | sign));
    }

    internal readonly struct Args(ArrayView<float> values)
    {
        public readonly ArrayView<float> Values = values;
    }

    private readonly unsafe struct HostBody(float* values, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int first = part * PieceLength;
            var piece = new Span<float>(values + first, Math.Min(PieceLength, length - first));
            Span<System.Half> halves = stackalloc System.Half[PieceLength];
            TensorPrimitives.ConvertToHalf(piece, halves);
            TensorPrimitives.ConvertToSingle(halves[..piece.Length], piece);
        }
    }
}
