namespace NativeCnn.Engine.Operators;

/// <summary>The statistics of a channel on the host.</summary>
internal static unsafe class ChannelMoments
{
    /// <summary>Mean and inverse deviation of a channel, which are kept and move the running ones.</summary>
    /// <param name="n">The normalisation.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="values">Its values.</param>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="statistics">[2, C].</param>
    public static (float Mean, float Inverse) Learn(
        in BatchNormNumbers n, int channel, in ChannelRows values, float* runningMean, float* runningVariance,
        float* statistics)
    {
        double sum = 0;
        for (int row = 0; row < values.Count; row++)
        {
            sum += HostMoments.Sum(values[row], values.Length);
        }

        float mean = (float)(sum / n.Count);
        double squares = 0;
        double rest = 0;
        for (int row = 0; row < values.Count; row++)
        {
            HostMoments.AddDistances(values[row], values.Length, mean, ref rest, ref squares);
        }

        // What rounding the mean left is taken from the squares again.
        double variance = (squares - (rest * rest / n.Count)) / n.Count;
        float inverse = (float)(1 / Math.Sqrt(variance + n.Epsilon));
        statistics[channel] = mean;
        statistics[n.Channels + channel] = inverse;
        runningMean[channel] += n.Momentum * (mean - runningMean[channel]);
        if (n.Count > 1)
        {
            float unbiased = (float)(variance * n.Count / (n.Count - 1));
            runningVariance[channel] += n.Momentum * (unbiased - runningVariance[channel]);
        }

        return (mean, inverse);
    }
}
