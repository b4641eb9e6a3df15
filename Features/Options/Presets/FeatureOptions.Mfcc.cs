// Our own presets: MFCC, log mel bands with and without cepstral mean normalisation, and the samples themselves.
using System.Numerics;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// What training takes by default: frames of at least 25 ms rounded up to a power of two, every 10 ms, 40 mel bands
    /// and 40 coefficients. At 8 kHz: fft 256, hop 80. Below 8 kHz bands go down with the bins, a third as many.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions Mfcc(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        int fftSize = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, sampleRate / 40));
        int bands = Math.Min(40, ((fftSize / 2) + 1) / 3);
        return new()
        {
            SampleRate = sampleRate,
            FftSize = fftSize,
            HopLength = Math.Max(1, (int)Math.Round(sampleRate / 100.0)),
            MelBands = bands,
            Coefficients = bands,
        };
    }

    /// <summary>The same chain as <see cref="Mfcc"/>, ended before the cosine transform.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions LogMel(int sampleRate) => Mfcc(sampleRate) with { Kind = FeatureKind.LogMel };

    /// <summary>
    /// Log mel bands as a network needs them to understand strangers: each band's mean over the clip is taken away, and
    /// with it level, microphone and the voice's long-term spectrum; the range ends 60 dB below the clip's maximum.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions LogMelCmn(int sampleRate) => LogMel(sampleRate) with
    {
        TopDb = 60,
        SubtractMean = true,
        DeltaConvention = DeltaConvention.Regression,
    };

    /// <summary>
    /// Log mel bands as <see cref="LogMelCmn"/>, on HTK's scale, of equal height, from 20 Hz to 95 % of half the rate,
    /// in frames of 30 ms: what keyword spotters take (Rybakov et al., "Streaming keyword spotting on mobile devices",
    /// Interspeech 2020).
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions LogMelHtk(int sampleRate)
    {
        FeatureOptions options = LogMelCmn(sampleRate);
        int window = Math.Max(2, (int)Math.Round(sampleRate * 0.03));
        return options with
        {
            WindowLength = window,
            FftSize = Math.Max(options.FftSize, (int)BitOperations.RoundUpToPowerOf2((uint)window)),
            MelScale = MelScale.Htk,
            MelNorm = MelNorm.None,
            MinFrequency = sampleRate < 1000 ? 0 : 20,
            MaxFrequency = Math.Round(sampleRate * 0.475),
        };
    }

    /// <summary>
    /// Log mel bands as a network for environmental sounds takes them: 64 over the whole spectrum, in frames of at
    /// least 40 ms rounded up to a power of two, every 20 ms; the range ends 80 dB below the clip's maximum. Level and
    /// long-term spectrum stay, which tell rain from waves. Where bins are few, bands go down with them, a third as
    /// many.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions LogMelWide(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        int fftSize = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, sampleRate / 25));
        return new()
        {
            Kind = FeatureKind.LogMel,
            SampleRate = sampleRate,
            FftSize = fftSize,
            HopLength = Math.Max(1, (int)Math.Round(sampleRate / 50.0)),
            MelBands = Math.Min(64, ((fftSize / 2) + 1) / 3),
            TopDb = 80,
        };
    }

    /// <summary>The samples as they are, less nothing and in no frames, for the network <c>raw</c>.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions Raw(int sampleRate) => Mfcc(sampleRate) with { Kind = FeatureKind.Raw };
}
