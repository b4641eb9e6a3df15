using ILGPU;

namespace NativeCnn.Engine.Tensors;

/// <summary>
/// Four neighbouring floats, which a kernel moves with one instruction of 16 bytes:
/// <c>view.Cast&lt;Float4&gt;()[i]</c> reads elements 4 i to 4 i + 3.
/// </summary>
internal readonly struct Float4(float x, float y, float z, float w)
{
    public readonly float X = x;
    public readonly float Y = y;
    public readonly float Z = z;
    public readonly float W = w;

    /// <summary>
    /// Whether a view begins at a multiple of 16 bytes, as reading it as Float4 needs. Its buffer does (see
    /// <see cref="TensorArena"/>); a slice may not.
    /// </summary>
    public static bool CanRead(ArrayView<float> view) => IndexInBytes(view) % 16 == 0;

    // Generic, for a view that is boxed would be garbage in every training step.
    private static long IndexInBytes<TView>(TView view) where TView : struct, IContiguousArrayView =>
        view.IndexInBytes;
}
