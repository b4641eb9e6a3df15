// The article's wavelet cepstrum.
namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// The article's chain, STFT -> DWT -> liftering -> DCT, on the frames of <see cref="Mfcc"/>: the power spectrum in
    /// dB; its wavelet transform along frequency, db4 in three levels, periodised; sinusoidal liftering of these
    /// coefficients with L as many as there are, so that no weight falls below 1; and the first 40 coefficients of
    /// their orthonormal DCT-II. The article names no wavelet, no levels and no L: these are ours.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is below 1.</exception>
    public static FeatureOptions Article(int sampleRate)
    {
        FeatureOptions options = Mfcc(sampleRate) with { Kind = FeatureKind.WaveletCepstrum };
        return options with
        {
            Coefficients = Math.Min(40, options.TransformLength),
            Lifter = options.TransformLength,
        };
    }
}
