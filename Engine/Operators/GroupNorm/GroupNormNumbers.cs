namespace NativeCnn.Engine.Operators;

/// <summary>A planned group normalisation as both bodies take it.</summary>
internal readonly struct GroupNormNumbers(GroupNormShape shape, float epsilon)
{
    public readonly int Batch = shape.Batch;
    public readonly int Channels = shape.Channels;
    public readonly int Length = shape.Length;
    public readonly int Groups = shape.Groups;
    public readonly int ChannelsOfGroup = shape.Channels / shape.Groups;

    /// <summary>Values of a group of a clip.</summary>
    public readonly int Count = shape.Channels / shape.Groups * shape.Length;
    public readonly float Epsilon = epsilon;
}
