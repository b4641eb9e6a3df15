namespace NativeCnn.Engine.Operators;

/// <summary>What tapers the sinc of a resampler.</summary>
public enum ResampleWindow
{
    /// <summary>cos^2(pi t / (2 W)).</summary>
    Hann,

    /// <summary>I_0(beta sqrt(1 - (t / W)^2)) / I_0(beta).</summary>
    Kaiser,
}
