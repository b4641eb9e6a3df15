// From what --features names to the settings of a feature chain.
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Spectral;

namespace NativeCnn.Model.Runs;

/// <summary>The feature chains that have a name, and those that a JSON file describes.</summary>
public static class FeatureSettings
{
    /// <summary>The samples themselves.</summary>
    public const string RawName = "raw";

    /// <summary>The chains that have a name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["mfcc", "logmel", "logmel-cmn", "librosa", "torchaudio", "kaldi", "htk", "article", RawName];

    private static readonly string Choices = $"{string.Join(", ", Names)}, or a FILE.json";

    /// <summary>The settings that a name or a file stands for.</summary>
    /// <param name="nameOrFile">
    /// One of <see cref="Names"/>, or a JSON file of <see cref="FeatureOptions"/>.
    /// </param>
    /// <param name="sampleRate">The sample rate in hertz; null takes the file's, or the usual one.</param>
    /// <param name="usualRate">Gives the sample rate where neither is there.</param>
    /// <exception cref="FeatureSettingsException">There is no such chain, or it cannot be computed.</exception>
    public static FeatureOptions Resolve(string nameOrFile, int? sampleRate, Func<int> usualRate)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        ArgumentNullException.ThrowIfNull(usualRate);
        FeatureOptions options = nameOrFile switch
        {
            "mfcc" => FeatureOptions.Mfcc(sampleRate ?? usualRate()),
            "logmel" => FeatureOptions.LogMel(sampleRate ?? usualRate()),
            "logmel-cmn" => FeatureOptions.LogMelCmn(sampleRate ?? usualRate()),
            RawName => FeatureOptions.Raw(sampleRate ?? usualRate()),
            "librosa" => FeatureOptions.Librosa(sampleRate ?? usualRate()),
            "torchaudio" => FeatureOptions.TorchAudio(sampleRate ?? usualRate()),
            "kaldi" => FeatureOptions.Kaldi(sampleRate ?? usualRate()),
            "htk" => FeatureOptions.Htk(sampleRate ?? usualRate()),
            "article" => FeatureOptions.Article(sampleRate ?? usualRate()),
            _ when nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase) => ReadFile(nameOrFile, sampleRate),
            _ => throw new FeatureSettingsException($"there are no features '{nameOrFile}'; use {Choices}"),
        };
        Validate(options, $"the features '{nameOrFile}' at {options.SampleRate} Hz");
        return options;
    }

    /// <summary>Throws unless the settings are in range and fit together.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="name">What the message calls them.</param>
    /// <exception cref="FeatureSettingsException">They do not.</exception>
    public static void Validate(FeatureOptions options, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            options.Validate();
        }
        catch (ArgumentException error)
        {
            throw new FeatureSettingsException($"{name} cannot be computed: {error.WithoutParameter()}", error);
        }
    }

    private static FeatureOptions ReadFile(string path, int? sampleRate)
    {
        try
        {
            FeatureOptions options = FeatureOptions.FromJson(File.ReadAllText(path));
            return sampleRate is { } rate ? options with { SampleRate = rate } : options;
        }
        catch (ArgumentException error)
        {
            throw new FeatureSettingsException($"the feature file '{path}': {error.WithoutParameter()}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FeatureSettingsException(
                $"the feature file '{path}' cannot be read: {error.Message} Check the path, or use {Choices}", error);
        }
    }
}

/// <summary>Features that do not exist or cannot be computed. The message is one line that says what to do.</summary>
public sealed class FeatureSettingsException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public FeatureSettingsException()
    {
    }

    /// <summary>Creates the error.</summary>
    public FeatureSettingsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    public FeatureSettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
