using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="Concat"/>: one thread an element of an input, either way.</summary>
internal static class ConcatKernels
{
    public static void Copy(CopyArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Width;
            int column = i % a.Width;
            a.To[(row * a.ToStride) + a.ToOffset + column] = a.From[(row * a.FromStride) + a.FromOffset + column];
        }
    }

    internal readonly struct CopyArgs(
        ArrayView<float> from, ArrayView<float> to, int count, int width, int fromStride, int fromOffset, int toStride,
        int toOffset)
    {
        public readonly ArrayView<float> From = from;
        public readonly ArrayView<float> To = to;

        /// <summary>Elements that are copied.</summary>
        public readonly int Count = count;

        /// <summary>Elements of a row that are copied.</summary>
        public readonly int Width = width;
        public readonly int FromStride = fromStride;
        public readonly int FromOffset = fromOffset;
        public readonly int ToStride = toStride;
        public readonly int ToOffset = toOffset;
    }
}
