// The features that --features knows by name, in one table: help, errors, suggestions and the README's list are printed
// from it. Another preset is another row, and its factory beside the others in Presets/.
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;

namespace NativeCnn.Features.Options;

/// <summary>The feature options that have a name, and those that a JSON file holds.</summary>
public static class FeaturePresets
{
    /// <summary>The preset that is taken where none is named.</summary>
    public const string DefaultName = "mfcc";

    /// <summary>The preset of the samples themselves.</summary>
    public const string RawName = "raw";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FeaturePreset> All { get; } =
    [
        new(DefaultName, FeatureOptions.Mfcc, "40 cepstral coefficients of 40 mel bands, every 10 ms"),
        new("logmel", FeatureOptions.LogMel, "the same, ended with the logarithm of the mel bands"),
        new("logmel-cmn", FeatureOptions.LogMelCmn,
            "logmel with a range of 60 dB, less each band's mean over the clip"),
        new("logmel-htk", FeatureOptions.LogMelHtk,
            "the same on HTK's mel scale, with frames of 30 ms and from 20 Hz on"),
        new("logmel-wide", FeatureOptions.LogMelWide,
            "64 bands over the whole spectrum every 20 ms, with a range of 80 dB"),
        new("librosa", FeatureOptions.Librosa, "librosa's MFCC with its defaults"),
        new("torchaudio", FeatureOptions.TorchAudio, "torchaudio's MFCC with its defaults"),
        new("kaldi", FeatureOptions.Kaldi, "Kaldi's MFCC with its defaults, without dither"),
        new("htk", FeatureOptions.Htk, "HTK's MFCC_0 as in the tutorial of the HTK Book"),
        new("article", FeatureOptions.Article, "STFT, wavelet transform, liftering, cosine transform"),
        new(RawName, FeatureOptions.Raw, "the samples themselves, in no frames"),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(preset => preset.Name);

    private static string Choices => $"{string.Join(", ", Names)}, or a FILE.json";

    /// <summary>The preset of a name, or null.</summary>
    public static FeaturePreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>The options that a name or a file stands for.</summary>
    /// <param name="nameOrFile">One of <see cref="Names"/>, or a JSON file of <see cref="FeatureOptions"/>.</param>
    /// <param name="sampleRate">The sample rate in hertz; null takes the file's, or the usual one.</param>
    /// <param name="usualRate">Gives the sample rate where neither is there.</param>
    /// <exception cref="FeatureOptionsException">There are no such features, or they cannot be computed.</exception>
    public static FeatureOptions Resolve(string nameOrFile, int? sampleRate, Func<int> usualRate)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        ArgumentNullException.ThrowIfNull(usualRate);
        FeatureOptions options =
            Find(nameOrFile) is { } preset ? preset.Create(sampleRate ?? usualRate())
            : nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadFile(nameOrFile, sampleRate)
            : throw new FeatureOptionsException(
                $"there are no features '{nameOrFile}'{Suggestion.Before(nameOrFile, Names)} use {Choices}");
        options.Validate($"the features '{nameOrFile}' at {options.SampleRate} Hz");
        return options;
    }

    private static FeatureOptions ReadFile(string path, int? sampleRate)
    {
        try
        {
            FeatureOptions options = FeatureOptions.Read(RegularFile.ReadAllText(path), $"the feature file '{path}'");
            return sampleRate is { } rate ? options with { SampleRate = rate } : options;
        }
        catch (JsonTextException error)
        {
            throw new FeatureOptionsException(error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FeatureOptionsException(
                $"the feature file '{path}' cannot be read: {error.Message} Check the path, or use {Choices}", error);
        }
    }
}
