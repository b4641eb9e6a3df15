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
}

/// <summary>What a frame is weighted with before its Fourier transform; formulas in <see cref="Windows"/>.</summary>
[JsonConverter(typeof(NamedEnumConverter<WindowKind>))]
public enum WindowKind
{
    /// <summary>0.5 - 0.5 cos.</summary>
    [JsonStringEnumMemberName("hann")]
    Hann,

    /// <summary>0.54 - 0.46 cos.</summary>
    [JsonStringEnumMemberName("hamming")]
    Hamming,

    /// <summary>Hann to the power 0.85: Kaldi's.</summary>
    [JsonStringEnumMemberName("povey")]
    Povey,

    /// <summary>0.42 - 0.5 cos + 0.08 cos of the double angle.</summary>
    [JsonStringEnumMemberName("blackman")]
    Blackman,

    /// <summary>1 everywhere.</summary>
    [JsonStringEnumMemberName("rectangular")]
    Rectangular,
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

    /// <summary>ln(max(x, floor)): Kaldi's.</summary>
    [JsonStringEnumMemberName("ln_floor")]
    FlooredNatural,
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
