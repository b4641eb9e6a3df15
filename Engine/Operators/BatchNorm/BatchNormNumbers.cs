namespace NativeCnn.Engine.Operators;

/// <summary>A planned batch normalisation as both bodies take it.</summary>
internal readonly struct BatchNormNumbers(BatchNormShape shape, bool relu, float momentum, float epsilon)
{
    public readonly int Batch = shape.Batch;
    public readonly int Channels = shape.Channels;
    public readonly int Length = shape.Length;

    /// <summary>Values of a channel.</summary>
    public readonly int Count = shape.Batch * shape.Length;
    public readonly float Momentum = momentum;
    public readonly float Epsilon = epsilon;

    /// <summary>y is at least this: 0 for ReLU, else minus infinity.</summary>
    public readonly float Floor = relu ? 0f : float.NegativeInfinity;

    /// <summary>A gradient passes where y is not below: the smallest above 0 for ReLU, else minus infinity.</summary>
    public readonly float Open = relu ? float.Epsilon : float.NegativeInfinity;

    /// <summary>Values of all channels.</summary>
    public int Values => Count * Channels;

    /// <summary>1 where ReLU is fused.</summary>
    public readonly int Relu = relu ? 1 : 0;
}
