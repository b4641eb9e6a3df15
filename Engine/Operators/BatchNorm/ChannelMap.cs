namespace NativeCnn.Engine.Operators;

/// <summary>How a batch normalisation maps the values of one channel: (x - mean) scale + shift.</summary>
internal readonly record struct ChannelMap(float Mean, float Scale, float Shift)
{
    /// <summary>That of a channel by statistics [2, C], gamma [C] and beta [C].</summary>
    public static unsafe ChannelMap Of(
        in BatchNormNumbers n, int channel, float* gamma, float* beta, float* statistics) =>
        new(statistics[channel], gamma[channel] * statistics[n.Channels + channel], beta[channel]);

    /// <summary>The normalised value at a distance from the mean.</summary>
    public float Of(float distance) => (distance * Scale) + Shift;
}
