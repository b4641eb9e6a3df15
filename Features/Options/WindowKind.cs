using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>What a frame is weighted with before its Fourier transform; formulas in <c>Windows</c>.</summary>
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
