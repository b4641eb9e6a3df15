namespace NativeCnn.Engine.Operators;

/// <summary>What the sums of a channel's gradients mean for its parameters and for each of its values.</summary>
internal readonly unsafe struct ChannelShares
{
    /// <summary>Takes the sums.</summary>
    /// <param name="n">The normalisation.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="statistics">[2, C].</param>
    /// <param name="sum">Of the gradients of the mapped values.</param>
    /// <param name="sumByDistance">Of their products with x - mean.</param>
    /// <param name="trained">Whether the statistics are of these values, so that each value has a part in them.</param>
    public ChannelShares(
        in BatchNormNumbers n, int channel, float* statistics, double sum, double sumByDistance, bool trained)
    {
        float inverse = statistics[n.Channels + channel];
        double byValue = sumByDistance * inverse;
        OfBeta = (float)sum;
        OfGamma = (float)byValue;
        Centre = trained ? (float)(sum / n.Count) : 0f;
        Slope = trained ? (float)(byValue * inverse / n.Count) : 0f;
    }

    /// <summary>The gradient of beta.</summary>
    public float OfBeta { get; }

    /// <summary>The gradient of gamma.</summary>
    public float OfGamma { get; }

    /// <summary>What is taken from the gradient of each value.</summary>
    public float Centre { get; }

    /// <summary>What is taken for each unit of its distance from the mean.</summary>
    public float Slope { get; }
}
