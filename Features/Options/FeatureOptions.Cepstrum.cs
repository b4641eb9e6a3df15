// Cepstrum: the cosine transform and its liftering. The formulas stand in Tables/DctMatrix.cs.
using System.Text.Json.Serialization;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// Coefficients kept of the cosine transform, from 1 to <see cref="TransformLength"/>; 20 by default.
    /// </summary>
    [JsonPropertyOrder(Order.Cepstrum)]
    public int Coefficients { get; init; } = 20;

    /// <summary>Which cosine transform: 1, 2 (the default) or 3; formulas in <c>DctMatrix</c>.</summary>
    [JsonPropertyOrder(Order.Cepstrum)]
    public int DctType { get; init; } = 2;

    /// <summary>How the cosine transform is scaled; orthonormal by default.</summary>
    [JsonPropertyOrder(Order.Cepstrum)]
    public DctNorm DctNorm { get; init; } = DctNorm.Ortho;

    /// <summary>
    /// L of the liftering 1 + (L / 2) sin(pi n / L), n from <see cref="LifterStart"/>; 0, the default, for none.
    /// </summary>
    [JsonPropertyOrder(Order.Cepstrum)]
    public double Lifter { get; init; }

    /// <summary>
    /// The n of the first coefficient in the liftering: 1, the default, is librosa's, 0 Kaldi's and HTK's.
    /// </summary>
    [JsonPropertyOrder(Order.Cepstrum)]
    public int LifterStart { get; init; } = 1;

    /// <summary>What the cosine transform is taken of: mel bands, or wavelet coefficients.</summary>
    [JsonIgnore]
    public int TransformLength => Kind == FeatureKind.WaveletCepstrum
        ? WaveletTransform.CoefficientsOf(Bins, Wavelet.Named(WaveletName), WaveletBorder, WaveletLevels)
        : MelBands;

    private void ValidateCepstrum()
    {
        bool isWavelet = Kind == FeatureKind.WaveletCepstrum;
        Require(
            Coefficients >= 1 && Coefficients <= TransformLength, nameof(Coefficients), Coefficients,
            isWavelet
                ? $"give 1 to {TransformLength}, the number of wavelet coefficients"
                : $"give 1 to MelBands = {MelBands}");
        Require(DctType is >= 1 and <= 3, nameof(DctType), DctType, "give 1, 2 or 3");
        Require(DctType != 1 || MelBands > 1, nameof(DctType), DctType, "type 1 needs MelBands of at least 2");
        RequireDefined(DctNorm, nameof(DctNorm));
        Require(
            DctType == 2 || DctNorm != DctNorm.Htk, nameof(DctType), DctType, "HTK's norm is that of type 2 only");
        Require(Lifter >= 0 && double.IsFinite(Lifter), nameof(Lifter), Lifter, "give 0 for none, or a number above 0");
        Require(LifterStart is 0 or 1, nameof(LifterStart), LifterStart, "give 0 or 1");
    }
}
