// A recipe is a file: network, features, augmentation, optimiser, schedule, loss and stopping, everything about a
// training but its data. Options of the command line override it; each run writes the complete one that it used.
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Recipes;

/// <summary>All that a training chooses but the data.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record Recipe : IValidated
{
    private const string Root = "the recipe";

    /// <summary>What it is for, in a sentence.</summary>
    public string About { get; init; } = "";

    /// <summary>Hertz that clips are brought to; null for what most of the data has.</summary>
    public int? SampleRate { get; init; }

    /// <summary>Seconds that clips are cut or padded to; null for what 95 % of the data does not exceed.</summary>
    public double? ClipSeconds { get; init; }

    /// <summary>With how many bits features are kept.</summary>
    public FeaturePrecision FeaturePrecision { get; init; }

    /// <summary>The features: a preset's name, which goes with any sample rate, or all settings.</summary>
    public FeatureChoice Features { get; init; } = FeatureChoice.Usual;

    /// <summary>The classes silence and unknown; null for neither.</summary>
    public KeywordOptions? Keywords { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The network: a preset's name, or layers.</summary>
    public required NetworkSpec Network { get; init; }

    private static JsonForms Forms { get; } = TrainingForms.Of(NetworkForms.All)
        .With(typeof(FeatureChoice), new JsonForm("a name of features, or their settings", ReadFeatures))
        .With(typeof(NetworkSpec), new JsonForm("a network's name, or an object with layers", ReadNetwork));

    /// <summary>The recipe that a network's preset stands for.</summary>
    public static Recipe Of(NetworkPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return new()
        {
            About = preset.Sentence,
            Features = FeatureChoice.Named(preset.Features),
            Network = preset.Create(),
            Training = preset.Training,
        };
    }

    /// <summary>The recipe that a run used, complete.</summary>
    public static Recipe Of(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new()
        {
            SampleRate = config.Features.SampleRate,
            ClipSeconds = (double)config.ClipSamples / config.Features.SampleRate,
            FeaturePrecision = config.FeaturePrecision,
            Features = FeatureChoice.Exactly(config.Features),
            Keywords = config.Keywords,
            Network = config.Model,
            Training = config.Training,
        };
    }

    /// <summary>Reads a recipe.</summary>
    /// <param name="toml">The text.</param>
    /// <param name="file">What messages call it: <c>the recipe 'x.toml'</c>.</param>
    /// <exception cref="RecipeException">It is none; the message says which line.</exception>
    public static Recipe Parse(string toml, string file)
    {
        ArgumentNullException.ThrowIfNull(toml);
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return TomlText.Read<Recipe>(toml, Root, Forms, file);
        }
        catch (JsonTextException error)
        {
            throw new RecipeException(error.Message, error);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="RecipeException">It cannot be read, or is no recipe.</exception>
    public static Recipe Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(RegularFile.ReadAllText(path), $"the recipe '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException($"the recipe '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Writes the recipe as <see cref="Load"/> reads it.</summary>
    public void Save(string path) => AtomicFile.WriteText(path, ToToml());

    /// <summary>The text of the recipe, every setting in it.</summary>
    public string ToToml() => TomlText.Write(ToJson());

    /// <summary>The same as an object.</summary>
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["about"] = About };
        AddIfThere("sample_rate", SampleRate);
        AddIfThere("clip_seconds", ClipSeconds);
        json["feature_precision"] = JsonSerializer.SerializeToNode(FeaturePrecision, StrictJson.Options);
        json["features"] = Features.Settings is { } settings
            ? JsonSerializer.SerializeToNode(settings, StrictJson.Options)
            : JsonValue.Create(Features.Name);
        AddIfThere("keywords", Keywords);
        json["training"] = JsonSerializer.SerializeToNode(Training, StrictJson.Options);
        json["network"] = JsonSerializer.SerializeToNode(Network, StrictJson.Options);
        return json;

        void AddIfThere<T>(string name, T value)
        {
            if (value is not null)
            {
                json[name] = JsonSerializer.SerializeToNode(value, StrictJson.Options);
            }
        }
    }

    /// <inheritdoc/>
    public void Validate()
    {
        if (SampleRate is < 1)
        {
            throw new ArgumentException($"a sample rate is above 0, not {SampleRate}", nameof(SampleRate));
        }

        if (ClipSeconds is { } seconds && !(seconds is > 0 and <= 600))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"clips are of above 0 to 600 s, not {seconds}"), nameof(ClipSeconds));
        }
    }

    private static FeatureChoice? ReadFeatures(JsonPlace place) =>
        place.Element.ValueKind == JsonValueKind.Object ? FeatureChoice.Exactly(place.Read<FeatureOptions>())
        : place.Element.ValueKind == JsonValueKind.String && place.Read<string>() is var name
            ? FeaturePresets.Find(name) is not null
                ? FeatureChoice.Named(name)
                : throw place.MustBe($"one of {string.Join(", ", FeaturePresets.Names)}, or settings",
                    [.. FeaturePresets.Names])
        : null;

    private static NetworkSpec? ReadNetwork(JsonPlace place)
    {
        if (place.Element.ValueKind != JsonValueKind.String)
        {
            return (NetworkSpec?)NetworkForms.All.Of(typeof(NetworkSpec)).Read(place);
        }

        string name = place.Read<string>();
        return NetworkPresets.Find(name)?.Create() ?? throw place.MustBe(
            $"one of {string.Join(", ", NetworkPresets.Names)}, or a table with layers", [.. NetworkPresets.Names]);
    }
}
