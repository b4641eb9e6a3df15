namespace NativeCnn.Engine.Operators;

/// <summary>How a batch normalisation maps the values of one channel: (x - mean) scale + shift.</summary>
internal readonly record struct ChannelMap(float Mean, float Scale, float Shift)
{
    /// <summary>The normalised value at a distance from the mean.</summary>
    public float Of(float distance) => (distance * Scale) + Shift;
}
