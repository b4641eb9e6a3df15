namespace NativeCnn.Engine.Tensors;

/// <summary>Two neighbouring floats, which a kernel moves with one instruction. See <see cref="Float4"/>.</summary>
internal readonly struct Float2(float x, float y)
{
    public readonly float X = x;
    public readonly float Y = y;
}
