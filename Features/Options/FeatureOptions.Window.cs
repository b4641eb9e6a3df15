// Window: what the samples of a frame are weighted with. The formulas stand in Tables/Windows.cs.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// Samples that the window covers, from 1 to <see cref="FftSize"/>; null, the default, is all of them. A shorter
    /// window lies in the middle of the frame, zeros around it: floor((fft - window) / 2) of them before it.
    /// </summary>
    [JsonPropertyOrder(Order.Window)]
    public int? WindowLength { get; init; }

    /// <summary>What frames are weighted with; Hann by default.</summary>
    [JsonPropertyOrder(Order.Window)]
    public WindowKind Window { get; init; } = WindowKind.Hann;

    /// <summary>
    /// The number of a window that takes one, such as Kaiser's beta; null, the default, for the usual.
    /// </summary>
    [JsonPropertyOrder(Order.Window)]
    public double? WindowParameter { get; init; }

    /// <summary>
    /// Whether the window's period is its length (true, the default, for spectra) or its length less one (symmetric).
    /// </summary>
    [JsonPropertyOrder(Order.Window)]
    public bool PeriodicWindow { get; init; } = true;

    /// <summary>Samples that the window covers, when <see cref="WindowLength"/> is null too.</summary>
    [JsonIgnore]
    public int EffectiveWindowLength => WindowLength ?? FftSize;

    private void ValidateWindow()
    {
        Require(
            EffectiveWindowLength >= 1 && EffectiveWindowLength <= FftSize,
            nameof(WindowLength), EffectiveWindowLength, $"give 1 to FftSize = {FftSize} samples, or null for all");
        RequireDefined(Window, nameof(Window));
        Require(
            WindowParameter is not { } parameter || IsParameter(parameter),
            nameof(WindowParameter), WindowParameter ?? 0, $"give null, or a number that the window {Window} takes");
    }

    /// <summary>Whether the window takes a number, and this one.</summary>
    private bool IsParameter(double parameter) => Window switch
    {
        WindowKind.Hamming or WindowKind.Blackman => double.IsFinite(parameter),
        WindowKind.Kaiser => parameter is >= 0 and <= 500,
        WindowKind.Gaussian => parameter > 0 && double.IsFinite(parameter),
        WindowKind.Tukey => parameter is >= 0 and <= 1,
        _ => false,
    };
}
