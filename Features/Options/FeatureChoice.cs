// Features as somebody chooses them: by a preset's name, by a file, or by all settings.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>Which features: a name, a file, or settings.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FeatureChoice
{
    private FeatureChoice(string? name, FeatureOptions? settings)
    {
        Name = name;
        Settings = settings;
    }

    /// <summary>The preset that is taken where none is named.</summary>
    public static FeatureChoice Usual { get; } = Named(FeaturePresets.DefaultName);

    /// <summary>A preset's name, or a file; null for settings.</summary>
    public string? Name { get; }

    /// <summary>The settings; null for a name.</summary>
    [JsonIgnore]
    public FeatureOptions? Settings { get; }

    /// <summary>A preset or a file.</summary>
    /// <param name="nameOrFile">One of <see cref="FeaturePresets.Names"/>, or a JSON file.</param>
    public static FeatureChoice Named(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        return new(nameOrFile, null);
    }

    /// <summary>These settings.</summary>
    public static FeatureChoice Exactly(FeatureOptions settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(null, settings);
    }

    /// <summary>The settings that it comes to.</summary>
    /// <param name="sampleRate">The sample rate in hertz; null takes the settings' own, or the usual one.</param>
    /// <param name="usualRate">Gives the sample rate where neither is there.</param>
    /// <exception cref="FeatureOptionsException">There are no such features, or they cannot be computed.</exception>
    public FeatureOptions Resolve(int? sampleRate, Func<int> usualRate)
    {
        if (Settings is null)
        {
            return FeaturePresets.Resolve(Name!, sampleRate, usualRate);
        }

        FeatureOptions own = sampleRate is { } rate ? Settings with { SampleRate = rate } : Settings;
        own.Validate($"the features at {own.SampleRate} Hz");
        return own;
    }
}
