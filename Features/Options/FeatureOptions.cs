// Every option of the chain signal -> frames -> power spectrum -> mel -> log -> MFCC. A plain value: equal options are
// equal, and they go to JSON and back. Here stand what the chain ends with, its rate and its lengths, and JSON; each
// stage has a file of its own with its options, their defaults and their checks; Presets/ has the presets.
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Json;

namespace NativeCnn.Features.Options;

/// <summary>
/// Options of the spectral features. Start from a preset and change what differs:
/// <c>FeatureOptions.Mfcc(16000) with { Coefficients = 13 }</c>. Defaults are librosa's at 22,050 Hz.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed partial record FeatureOptions : IValidated
{
    /// <summary>snake_case names, indented, unknown names refused: how these options stand in a file.</summary>
    public static JsonSerializerOptions JsonFormat => StrictJson.Options;

    /// <summary>What the chain ends with; MFCC by default.</summary>
    [JsonPropertyOrder(Order.Chain)]
    public FeatureKind Kind { get; init; } = FeatureKind.Mfcc;

    /// <summary>Samples a second of the clips; 22,050 by default.</summary>
    [JsonPropertyOrder(Order.Chain)]
    public int SampleRate { get; init; } = 22050;

    /// <summary>Samples of a Fourier transform, at least 2, fastest for powers of two; 2,048 by default.</summary>
    [JsonPropertyOrder(Order.Chain)]
    public int FftSize { get; init; } = 2048;

    /// <summary>Samples from a frame to the next; 512 by default.</summary>
    [JsonPropertyOrder(Order.Chain)]
    public int HopLength { get; init; } = 512;

    /// <summary>Rows without deltas: bands for log mel, and the energy beside them; else coefficients.</summary>
    [JsonIgnore]
    public int StaticRows => Kind switch
    {
        FeatureKind.LogMel => MelBands + (UseEnergy ? 1 : 0),
        FeatureKind.Raw => 1,
        _ => Coefficients,
    };

    /// <summary>Rows of the features, their deltas among them: the channels of a network.</summary>
    [JsonIgnore]
    public int Rows => StaticRows * (1 + Deltas);

    /// <summary>Reads options; names that are absent keep their defaults.</summary>
    /// <param name="json">
    /// An object with snake_case names, such as <c>{"kind":"logmel","sample_rate":16000}</c>.
    /// </param>
    /// <exception cref="ArgumentException">It is no JSON, has an unknown name or value, or is not valid.</exception>
    public static FeatureOptions FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return Read(json, file: null);
        }
        catch (JsonTextException error)
        {
            throw new ArgumentException(error.Message, error);
        }
    }

    /// <summary>Writes the options as <see cref="FromJson"/> reads them.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat);

    /// <summary>Checks that the options are in range and fit together, stage by stage.</summary>
    /// <exception cref="ArgumentException">One does not; the message says which, what came and what to do.</exception>
    public void Validate()
    {
        ValidateChain();
        ValidateConditioning();
        ValidateWindow();
        ValidateFraming();
        ValidateSpectrum();
        ValidateMel();
        ValidateLog();
        ValidateWaveletCepstrum();
        ValidateCepstrum();
        ValidateEnergy();
        ValidateDeltas();
    }

    /// <summary>Checks the options, for somebody who wrote them.</summary>
    /// <param name="name">What the message calls the features.</param>
    /// <exception cref="FeatureOptionsException">They cannot be computed.</exception>
    public void Validate(string name)
    {
        try
        {
            Validate();
        }
        catch (ArgumentException error)
        {
            throw new FeatureOptionsException($"{name} cannot be computed: {error.WithoutParameter()}", error);
        }
    }

    /// <summary>Reads options as <see cref="FromJson"/> does.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">What messages call the file it is of; null for none.</param>
    /// <exception cref="JsonTextException">It is no JSON, has an unknown name or value, or is not valid.</exception>
    internal static FeatureOptions Read(string json, string? file) =>
        JsonText.Read<FeatureOptions>(json, "the feature chain", JsonForms.Basic, file);

    private void ValidateChain()
    {
        RequireDefined(Kind, nameof(Kind));
        Require(SampleRate >= 1, nameof(SampleRate), SampleRate, "give Hz, at least 1");
        Require(FftSize >= 2, nameof(FftSize), FftSize, "give samples, at least 2; a power of two is fastest");
        Require(
            FftSize <= RealFft.LongestLength, nameof(FftSize), FftSize,
            $"give at most {RealFft.LongestLength} samples");
        Require(HopLength >= 1, nameof(HopLength), HopLength, "give samples, at least 1");
    }

    private static void Require(bool holds, string name, double came, string remedy)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is {came:R}: {remedy}.", name);
        }
    }

    private static void RequireDefined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            string names = string.Join(", ", Enum.GetNames<T>());
            throw new ArgumentException($"{name} is {value}: give one of {names}.", name);
        }
    }

    /// <summary>
    /// Where a stage's options stand in JSON. Each property names its stage, so that their order does not depend on the
    /// order in which the compiler takes the files of this record: it is part of what features are cached by.
    /// </summary>
    private static class Order
    {
        public const int Chain = 1;
        public const int Conditioning = 2;
        public const int Window = 3;
        public const int Framing = 4;
        public const int Spectrum = 5;
        public const int Mel = 6;
        public const int Log = 7;
        public const int WaveletCepstrum = 8;
        public const int Cepstrum = 9;
        public const int Energy = 10;
        public const int Normalisation = 11;
        public const int Deltas = 12;
    }
}
