// Logarithm: which one is taken of the mel bands, or of the spectrum, and how far down it reaches.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>Which logarithm is taken; decibel by default.</summary>
    [JsonPropertyOrder(Order.Log)]
    public LogScale Log { get; init; } = LogScale.Decibel;

    /// <summary>
    /// The least power that the decibel scale and the floored logarithm tell from silence; 1e-10 by default.
    /// </summary>
    [JsonPropertyOrder(Order.Log)]
    public double LogFloor { get; init; } = 1e-10;

    /// <summary>The power that is 0 dB; 1 by default.</summary>
    [JsonPropertyOrder(Order.Log)]
    public double LogReference { get; init; } = 1;

    /// <summary>Whether the loudest value of the same clip is 0 dB instead; false by default.</summary>
    [JsonPropertyOrder(Order.Log)]
    public bool ReferenceIsMaximum { get; init; }

    /// <summary>
    /// How far below the loudest value of the same clip the decibel scale reaches; 80 dB by default, null for no limit.
    /// </summary>
    [JsonPropertyOrder(Order.Log)]
    public double? TopDb { get; init; } = 80;

    /// <summary>What the natural logarithm adds before it is taken; 1e-6 by default.</summary>
    [JsonPropertyOrder(Order.Log)]
    public double LogOffset { get; init; } = 1e-6;

    private void ValidateLog()
    {
        RequireDefined(Log, nameof(Log));
        Require(LogFloor > 0 && double.IsFinite(LogFloor), nameof(LogFloor), LogFloor, "give a number above 0");
        Require(
            LogReference > 0 && double.IsFinite(LogReference),
            nameof(LogReference), LogReference, "give a number above 0");
        Require(
            TopDb is null or (>= 0 and < double.PositiveInfinity),
            nameof(TopDb), TopDb ?? 0, "give dB, 0 or more, or null for no limit");
        Require(LogOffset > 0 && double.IsFinite(LogOffset), nameof(LogOffset), LogOffset, "give a number above 0");
    }
}
