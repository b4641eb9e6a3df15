// Deltas: derivatives in time as further channels. The filters stand in Tables/DeltaWeights.cs.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// What follows the features as further channels: nothing (0, the default), delta (1), delta and delta-delta (2).
    /// </summary>
    [JsonPropertyOrder(Order.Deltas)]
    public int Deltas { get; init; }

    /// <summary>How deltas treat the ends of a clip, and what delta-delta is; Savitzky-Golay by default.</summary>
    [JsonPropertyOrder(Order.Deltas)]
    public DeltaConvention DeltaConvention { get; init; } = DeltaConvention.SavitzkyGolay;

    /// <summary>Frames of a delta's window: odd, from 3; null, the default, is the convention's own.</summary>
    [JsonPropertyOrder(Order.Deltas)]
    public int? DeltaWidth { get; init; }

    /// <summary>What deltas see beyond the ends of a clip; null, the default, is the convention's own.</summary>
    [JsonPropertyOrder(Order.Deltas)]
    public DeltaBorder? DeltaBorder { get; init; }

    /// <summary>Frames of a delta's window, when <see cref="DeltaWidth"/> is null too.</summary>
    [JsonIgnore]
    public int EffectiveDeltaWidth => DeltaWidth ?? (DeltaConvention == DeltaConvention.SavitzkyGolay ? 9 : 5);

    /// <summary>What deltas see beyond the ends, when <see cref="DeltaBorder"/> is null too.</summary>
    [JsonIgnore]
    public DeltaBorder EffectiveDeltaBorder => DeltaBorder ?? (DeltaConvention == DeltaConvention.SavitzkyGolay
        ? Options.DeltaBorder.Interpolated
        : Options.DeltaBorder.Nearest);

    /// <summary>The fewest frames that a clip must have: a window of interpolated deltas, else one.</summary>
    [JsonIgnore]
    public int LeastFrames =>
        Deltas > 0 && EffectiveDeltaBorder == Options.DeltaBorder.Interpolated ? EffectiveDeltaWidth : 1;

    private void ValidateDeltas()
    {
        Require(Deltas is >= 0 and <= 2, nameof(Deltas), Deltas, "give 0 for none, 1 for delta, 2 for delta-delta too");
        RequireDefined(DeltaConvention, nameof(DeltaConvention));
        Require(
            EffectiveDeltaWidth is >= 3 and <= 9999 && EffectiveDeltaWidth % 2 == 1, nameof(DeltaWidth),
            EffectiveDeltaWidth, "give an odd number of frames from 3 to 9999, or null for the convention's own");
        RequireDefined(EffectiveDeltaBorder, nameof(DeltaBorder));
    }
}
