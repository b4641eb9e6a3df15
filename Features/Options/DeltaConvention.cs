using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>How deltas treat the ends of a clip, and what delta-delta is; see <c>DeltaWeights</c>.</summary>
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
