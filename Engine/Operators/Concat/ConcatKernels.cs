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

    /// <summary>Rows of <c>Width</c> elements, <c>Count</c> elements in all.</summary>
    internal readonly record struct CopyArgs(
        ArrayView<float> From, ArrayView<float> To, int Count, int Width, int FromStride, int FromOffset, int ToStride,
        int ToOffset);
}
