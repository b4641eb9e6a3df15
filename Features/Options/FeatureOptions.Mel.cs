// Mel: the filterbank that turns bins into bands. The formulas stand in Tables/MelFilterbank.cs.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>Bands of the mel filterbank; 128 by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public int MelBands { get; init; } = 128;

    /// <summary>How pitch is measured; Slaney's scale by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public MelScale MelScale { get; init; } = MelScale.Slaney;

    /// <summary>On which axis the mel triangles have straight sides; frequency by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public MelShape MelShape { get; init; } = MelShape.Hertz;

    /// <summary>How tall the mel triangles are; Slaney's areas by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public MelNorm MelNorm { get; init; } = MelNorm.Slaney;

    /// <summary>Which frequencies the bins stand for under the mel triangles; the transform's own by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public BinGrid BinGrid { get; init; } = BinGrid.Fourier;

    /// <summary>Where the lowest mel triangle begins, in Hz; 0 by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public double MinFrequency { get; init; }

    /// <summary>Where the highest mel triangle ends, in Hz; null, the default, is half the sample rate.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public double? MaxFrequency { get; init; }

    /// <summary>
    /// By how much the mel triangles are stretched for a speaker's vocal tract (VTLN); 1, the default, for not at all.
    /// </summary>
    [JsonPropertyOrder(Order.Mel)]
    public double VtlnWarp { get; init; } = 1;

    /// <summary>From which frequency on they are, in Hz; 100 by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public double VtlnLow { get; init; } = 100;

    /// <summary>Up to which frequency they are, in Hz; from 0 down, less than half the rate; -500 by default.</summary>
    [JsonPropertyOrder(Order.Mel)]
    public double VtlnHigh { get; init; } = -500;

    /// <summary>
    /// Where the highest mel triangle ends, when <see cref="MaxFrequency"/> is null too. torchaudio, whose grid is
    /// <see cref="BinGrid.Linspace"/>, halves an odd rate downwards.
    /// </summary>
    [JsonIgnore]
    public double EffectiveMaxFrequency =>
        MaxFrequency ?? (BinGrid == BinGrid.Linspace ? SampleRate / 2 : SampleRate / 2.0);

    /// <summary>Where the warp ends, when <see cref="VtlnHigh"/> counts from half the rate.</summary>
    internal double EffectiveVtlnHigh => VtlnHigh > 0 ? VtlnHigh : (SampleRate / 2.0) + VtlnHigh;

    /// <summary>The most mel bands: their cosine transform is a table of bands by coefficients.</summary>
    public const int MostMelBands = 4096;

    private void ValidateMel()
    {
        Require(MelBands is >= 1 and <= MostMelBands, nameof(MelBands), MelBands, $"give 1 to {MostMelBands}");
        RequireDefined(MelScale, nameof(MelScale));
        RequireDefined(MelShape, nameof(MelShape));
        RequireDefined(MelNorm, nameof(MelNorm));
        RequireDefined(BinGrid, nameof(BinGrid));
        Require(
            MinFrequency >= 0 && MinFrequency < EffectiveMaxFrequency,
            nameof(MinFrequency), MinFrequency, $"give Hz from 0 to below MaxFrequency = {EffectiveMaxFrequency}");
        Require(
            EffectiveMaxFrequency <= SampleRate / 2.0,
            nameof(MaxFrequency), EffectiveMaxFrequency, $"give at most half of SampleRate = {SampleRate} Hz, or null");
        RequireWarp();
    }

    private void RequireWarp()
    {
        Require(
            VtlnWarp > 0 && double.IsFinite(VtlnWarp), nameof(VtlnWarp), VtlnWarp,
            "give a number above 0, 1 for none");
        if (VtlnWarp == 1)
        {
            return;
        }

        Require(
            VtlnLow > MinFrequency && VtlnLow < EffectiveVtlnHigh, nameof(VtlnLow), VtlnLow,
            $"give Hz above MinFrequency = {MinFrequency} and below VtlnHigh = {EffectiveVtlnHigh}");
        Require(
            EffectiveVtlnHigh < EffectiveMaxFrequency, nameof(VtlnHigh), VtlnHigh,
            $"give Hz below MaxFrequency = {EffectiveMaxFrequency}, or what is taken from half the rate");
        Require(
            VtlnLow * Math.Max(1, VtlnWarp) < EffectiveVtlnHigh * Math.Min(1, VtlnWarp), nameof(VtlnWarp), VtlnWarp,
            "give a number nearer to 1, or VtlnLow and VtlnHigh further apart");
    }
}
