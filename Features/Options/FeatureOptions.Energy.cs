// Energy: a row of the frames' energies, and where the first row stands.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// Whether the logarithm of each frame's energy takes the place of the first cosine coefficient, and stands before
    /// the bands of log mel features; false by default.
    /// </summary>
    [JsonPropertyOrder(Order.Energy)]
    public bool UseEnergy { get; init; }

    /// <summary>Whether that energy is taken before pre-emphasis and window (the default), or after.</summary>
    [JsonPropertyOrder(Order.Energy)]
    public bool RawEnergy { get; init; } = true;

    /// <summary>
    /// The least energy whose logarithm is taken, at least 0; 1 by default. 2^-23 is the least in any case.
    /// </summary>
    [JsonPropertyOrder(Order.Energy)]
    public double EnergyFloor { get; init; } = 1;

    /// <summary>
    /// Whether the first cosine coefficient, or the energy, stands behind the others instead of before them: HTK's
    /// order; false by default.
    /// </summary>
    [JsonPropertyOrder(Order.Energy)]
    public bool FirstRowLast { get; init; }

    /// <summary>The row of the energy, or of the first coefficient.</summary>
    [JsonIgnore]
    public int FirstRow => FirstRowLast ? StaticRows - 1 : 0;

    private void ValidateEnergy()
    {
        if (UseEnergy && Kind == FeatureKind.Raw)
        {
            throw new ArgumentException(
                "UseEnergy is true and Kind is Raw: samples have no frames whose energy could be taken; leave it out.",
                nameof(UseEnergy));
        }

        if (UseEnergy && Kind == FeatureKind.WaveletCepstrum)
        {
            throw new ArgumentException(
                "UseEnergy is true, and a wavelet cepstrum has no energy row: leave it out.", nameof(UseEnergy));
        }

        Require(
            EnergyFloor >= 0 && double.IsFinite(EnergyFloor), nameof(EnergyFloor), EnergyFloor,
            "give a number from 0");
    }
}
