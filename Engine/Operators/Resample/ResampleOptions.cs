namespace NativeCnn.Engine.Operators;

/// <summary>The filter of a resampler; the defaults are those of torchaudio.functional.resample.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ResampleOptions
{
    /// <summary>W: zero crossings of the sinc on each side, from 1. More is sharper and slower.</summary>
    public int Width { get; init; } = 6;

    /// <summary>Cut-off as a share of half the lower rate, above 0 to 1. Less folds back less, and is duller.</summary>
    public double Rolloff { get; init; } = 0.99;

    /// <summary>What tapers the sinc.</summary>
    public ResampleWindow Window { get; init; } = ResampleWindow.Hann;

    /// <summary>beta of the Kaiser window, from 0.</summary>
    public double KaiserBeta { get; init; } = 14.769656459379492;

    /// <summary>Checks that the settings are in range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    public void Validate()
    {
        if (Width is < 1 or > 10_000)
        {
            throw new ArgumentException($"Width is {Width}: give zero crossings from 1 to 10,000", nameof(Width));
        }

        // Written so that NaN fails too.
        if (!(Rolloff is > 0 and <= 1))
        {
            throw new ArgumentException($"Rolloff is {Rolloff}: give a share above 0, to 1", nameof(Rolloff));
        }

        if (!(KaiserBeta is >= 0 and < 700))
        {
            throw new ArgumentException($"KaiserBeta is {KaiserBeta}: give a number from 0 to 700", nameof(KaiserBeta));
        }

        if (!Enum.IsDefined(Window))
        {
            throw new ArgumentException($"Window is {Window}: give Hann or Kaiser", nameof(Window));
        }
    }
}
