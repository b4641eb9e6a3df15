// The choices that references make differently: window, padding, mel scale and area, logarithm, cosine transform.
// The strings are their names in JSON.

using System.Text.Json.Serialization;

namespace NativeCnn.Features.Spectral;

/// <summary>What the chain ends with.</summary>
[JsonConverter(typeof(NamedEnumConverter<FeatureKind>))]
public enum FeatureKind
{
    /// <summary>Cosine transform of the log mel spectrogram: [coefficients, frames].</summary>
    [JsonStringEnumMemberName("mfcc")]
    Mfcc,

    /// <summary>The log mel spectrogram itself: [bands, frames].</summary>
    [JsonStringEnumMemberName("logmel")]
    LogMel,

    /// <summary>
    /// Cosine transform of the liftered wavelet coefficients of the log spectrum, without mel bands:
    /// [coefficients, frames]. The article's.
    /// </summary>
    [JsonStringEnumMemberName("wavelet_cepstrum")]
    WaveletCepstrum,

    /// <summary>The samples themselves, for networks that begin with the waveform: [1, samples].</summary>
    [JsonStringEnumMemberName("raw")]
    Raw,
}

/// <summary>What a frame is weighted with before its Fourier transform; formulas in <see cref="Windows"/>.</summary>
[JsonConverter(typeof(NamedEnumConverter<WindowKind>))]
public enum WindowKind
{
    /// <summary>0.5 - 0.5 cos.</summary>
    [JsonStringEnumMemberName("hann")]
    Hann,

    /// <summary>0.54 - 0.46 cos; a parameter a gives a - (1 - a) cos.</summary>
    [JsonStringEnumMemberName("hamming")]
    Hamming,

    /// <summary>Hann to the power 0.85: Kaldi's.</summary>
    [JsonStringEnumMemberName("povey")]
    Povey,

    /// <summary>
    /// 0.42 - 0.5 cos + 0.08 cos of the double angle; a parameter b gives b - 0.5 cos + (0.5 - b) cos, as Kaldi has it.
    /// </summary>
    [JsonStringEnumMemberName("blackman")]
    Blackman,

    /// <summary>1 everywhere.</summary>
    [JsonStringEnumMemberName("rectangular")]
    Rectangular,

    /// <summary>A triangle that reaches 0 at its ends.</summary>
    [JsonStringEnumMemberName("bartlett")]
    Bartlett,

    /// <summary>A triangle that reaches 0 beyond its ends.</summary>
    [JsonStringEnumMemberName("triangular")]
    Triangular,

    /// <summary>Half a period of a sine.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>The convolution of two half periods of a cosine.</summary>
    [JsonStringEnumMemberName("bohman")]
    Bohman,

    /// <summary>Four cosines, by Blackman and Harris: side lobes of -92 dB.</summary>
    [JsonStringEnumMemberName("blackman_harris")]
    BlackmanHarris,

    /// <summary>Four cosines, by Nuttall: side lobes of -98 dB.</summary>
    [JsonStringEnumMemberName("nuttall")]
    Nuttall,

    /// <summary>Five cosines with a flat main lobe.</summary>
    [JsonStringEnumMemberName("flat_top")]
    FlatTop,

    /// <summary>Parzen's piecewise cubic.</summary>
    [JsonStringEnumMemberName("parzen")]
    Parzen,

    /// <summary>Bartlett's and Hann's combined.</summary>
    [JsonStringEnumMemberName("bartlett_hann")]
    BartlettHann,

    /// <summary>Kaiser's; its parameter is beta, 12 unless another is given.</summary>
    [JsonStringEnumMemberName("kaiser")]
    Kaiser,

    /// <summary>A bell; its parameter is the standard deviation in samples, a sixth of the window by default.</summary>
    [JsonStringEnumMemberName("gaussian")]
    Gaussian,

    /// <summary>1 with cosine ends; its parameter is the share of the ends, 0.5 unless another is given.</summary>
    [JsonStringEnumMemberName("tukey")]
    Tukey,
}

/// <summary>What lies beyond the ends of a clip when frames are centred.</summary>
[JsonConverter(typeof(NamedEnumConverter<PadMode>))]
public enum PadMode
{
    /// <summary>Silence.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>The clip mirrored at its end samples, which are not repeated.</summary>
    [JsonStringEnumMemberName("reflect")]
    Reflect,

    /// <summary>The clip mirrored at its ends, whose samples are repeated: Kaldi's.</summary>
    [JsonStringEnumMemberName("symmetric")]
    Symmetric,

    /// <summary>The first and the last sample, again and again: PyTorch's <c>replicate</c>.</summary>
    [JsonStringEnumMemberName("edge")]
    Edge,

    /// <summary>The clip again and again: PyTorch's <c>circular</c>.</summary>
    [JsonStringEnumMemberName("wrap")]
    Wrap,
}

/// <summary>How pitch is measured; formulas in <see cref="MelFilterbank"/>.</summary>
[JsonConverter(typeof(NamedEnumConverter<MelScale>))]
public enum MelScale
{
    /// <summary>Linear to 1 kHz, logarithmic above: Slaney's Auditory Toolbox, librosa's default.</summary>
    [JsonStringEnumMemberName("slaney")]
    Slaney,

    /// <summary>2595 log10(1 + f / 700): HTK's, torchaudio's default.</summary>
    [JsonStringEnumMemberName("htk")]
    Htk,
}

/// <summary>On which axis the mel triangles have straight sides.</summary>
[JsonConverter(typeof(NamedEnumConverter<MelShape>))]
public enum MelShape
{
    /// <summary>Over frequency: librosa's and torchaudio's.</summary>
    [JsonStringEnumMemberName("hertz")]
    Hertz,

    /// <summary>Over pitch: Kaldi's and HTK's.</summary>
    [JsonStringEnumMemberName("mel")]
    Mel,
}

/// <summary>How tall the triangles of the mel filterbank are.</summary>
[JsonConverter(typeof(NamedEnumConverter<MelNorm>))]
public enum MelNorm
{
    /// <summary>Peaks of 1.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Areas of 1 Hz: each triangle divided by half its width in Hz.</summary>
    [JsonStringEnumMemberName("slaney")]
    Slaney,

    /// <summary>Weights of sum 1: librosa's norm of 1.</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>Weights of length 1: librosa's norm of 2.</summary>
    [JsonStringEnumMemberName("length")]
    Length,

    /// <summary>The largest weight is 1, wherever the bins lie: librosa's norm of infinity.</summary>
    [JsonStringEnumMemberName("peak")]
    Peak,
}

/// <summary>Which frequency a bin of the spectrum stands for when mel triangles are laid over it.</summary>
[JsonConverter(typeof(NamedEnumConverter<BinGrid>))]
public enum BinGrid
{
    /// <summary>Bin k at k * rate / fft: the transform's own, librosa's.</summary>
    [JsonStringEnumMemberName("fourier")]
    Fourier,

    /// <summary>
    /// Bins spread evenly from 0 to floor(rate / 2): torchaudio's. Differs from Fourier for odd lengths and odd rates.
    /// </summary>
    [JsonStringEnumMemberName("linspace")]
    Linspace,
}

/// <summary>Which logarithm is taken of the mel spectrogram.</summary>
[JsonConverter(typeof(NamedEnumConverter<LogScale>))]
public enum LogScale
{
    /// <summary>10 log10(max(x, floor) / reference), limited to topDb below the clip's loudest value.</summary>
    [JsonStringEnumMemberName("db")]
    Decibel,

    /// <summary>ln(x + offset).</summary>
    [JsonStringEnumMemberName("ln")]
    Natural,

    /// <summary>ln(max(x, floor)): Kaldi's and HTK's.</summary>
    [JsonStringEnumMemberName("ln_floor")]
    FlooredNatural,

    /// <summary>log10(max(x, floor)).</summary>
    [JsonStringEnumMemberName("log10")]
    Log10,

    /// <summary>As <see cref="Decibel"/>, of a magnitude: 20 log10(max(x, floor) / reference).</summary>
    [JsonStringEnumMemberName("db_magnitude")]
    MagnitudeDecibel,
}

/// <summary>How the cosine transform is scaled.</summary>
[JsonConverter(typeof(NamedEnumConverter<DctNorm>))]
public enum DctNorm
{
    /// <summary>Twice the plain sum, as SciPy and torchaudio have it.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Rows of length 1, so that the transform is a rotation.</summary>
    [JsonStringEnumMemberName("ortho")]
    Ortho,

    /// <summary>The plain sum times sqrt(2 / bands), the first row too: HTK's, for type 2.</summary>
    [JsonStringEnumMemberName("htk")]
    Htk,
}

/// <summary>How deltas treat the ends of a clip, and what delta-delta is; see <see cref="DeltaWeights"/>.</summary>
[JsonConverter(typeof(NamedEnumConverter<DeltaConvention>))]
public enum DeltaConvention
{
    /// <summary>
    /// librosa's (mode <c>interp</c>): derivatives of the line or parabola through a window, which stays inside the
    /// clip; delta-delta is the second derivative of the features. Width 9 unless another is given.
    /// </summary>
    [JsonStringEnumMemberName("savitzky_golay")]
    SavitzkyGolay,

    /// <summary>
    /// torchaudio's and HTK's: the regression over a window, the end frames repeated; delta-delta is the delta of
    /// delta. Width 5 unless another is given.
    /// </summary>
    [JsonStringEnumMemberName("regression")]
    Regression,
}

/// <summary>What deltas see beyond the ends of a clip; scipy.signal.savgol_filter's modes.</summary>
[JsonConverter(typeof(NamedEnumConverter<DeltaBorder>))]
public enum DeltaBorder
{
    /// <summary>Nothing: the window stands still where it last fits, and its line or parabola is read there.</summary>
    [JsonStringEnumMemberName("interp")]
    Interpolated,

    /// <summary>The first and the last frame, again and again.</summary>
    [JsonStringEnumMemberName("nearest")]
    Nearest,

    /// <summary>The frames mirrored, the end ones not repeated.</summary>
    [JsonStringEnumMemberName("mirror")]
    Mirrored,

    /// <summary>Zeros.</summary>
    [JsonStringEnumMemberName("constant")]
    Zero,

    /// <summary>The frames again and again.</summary>
    [JsonStringEnumMemberName("wrap")]
    Wrapped,
}
