using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The portable kernels of <see cref="Dropout"/>: one thread for the four elements of a Philox block, or an element.
/// </summary>
internal static class DropoutKernels
{
    public static void Forward(ForwardArgs a)
    {
        uint step = (uint)a.Step[0];
        for (int block = Grid.GlobalLinearIndex; block < (a.Length + 3) / 4; block += Grid.DimX * Group.DimX)
        {
            PhiloxBlock words = Philox.Generate(a.Seed, step, a.Layer, (uint)block);
            int i = block * 4;
            Element(a, i, words.X);
            Element(a, i + 1, words.Y);
            Element(a, i + 2, words.Z);
            Element(a, i + 3, words.W);
        }
    }

    public static void Multiply(MultiplyArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = a.X[i] * a.Mask[i];
        }
    }

    private static void Element(ForwardArgs a, int i, uint word)
    {
        if (i < a.Length)
        {
            float mask = word >> 8 >= a.Threshold ? a.Scale : 0f;
            a.Mask[i] = mask;
            a.Y[i] = a.X[i] * mask;
        }
    }

    internal readonly struct ForwardArgs(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> mask, ArrayView<int> step, int length, ulong seed,
        uint layer, uint threshold, float scale)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> Mask = mask;
        public readonly ArrayView<int> Step = step;
        public readonly ulong Seed = seed;
        public readonly int Length = length;
        public readonly uint Layer = layer;

        /// <summary>rate * 2^24: the upper 24 bits of a word below it mean zero.</summary>
        public readonly uint Threshold = threshold;
        public readonly float Scale = scale;
    }

    internal readonly struct MultiplyArgs(ArrayView<float> x, ArrayView<float> mask, ArrayView<float> y, int length)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Mask = mask;
        public readonly ArrayView<float> Y = y;
        public readonly int Length = length;
    }
}
