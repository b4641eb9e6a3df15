// The networks that --model knows by name, in one table: help, errors, suggestions and the README's list are printed
// from it. Another preset is another row, and its factory beside the others in NetworkPresets.X.cs.
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Presets;

/// <summary>The networks that have a name, with what goes with each, and those that a JSON file lists.</summary>
public static partial class NetworkPresets
{
    /// <summary>The preset that is taken where none is named.</summary>
    public const string DefaultName = "article";

    private static readonly TrainingOptions OneCycle = new()
    {
        BatchSize = 64,
        LearningRate = 2e-3f,
        Optimizer = new AdamWOptions { WeightDecay = 0.01f },
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.OneCycle },
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NetworkPreset> All { get; } =
    [
        new(DefaultName, () => Article(), "one convolution and two dense layers, as the article has them"),
        new("deep", () => Deep(), "three convolutions with batch normalisation, pooled over all time")
        {
            Features = "logmel-cmn",
            Training = OneCycle,
        },
        new("raw", () => Raw(), "four convolutions on the samples themselves")
        {
            Features = FeaturePresets.RawName,
            Training = OneCycle,
        },
        new("residual", () => Residual(), "residual blocks of two convolutions")
        {
            Features = "logmel-cmn",
            Training = OneCycle,
        },
        new("small", () => Small(), "depthwise-separable residual blocks, about 75,000 parameters")
        {
            Features = "logmel-cmn",
            Training = OneCycle with { LearningRate = 5e-3f },
        },
        new("tiny", () => Tiny(), "the same with at most 20,000 parameters")
        {
            Features = "logmel-cmn",
            Training = OneCycle with { LearningRate = 5e-3f },
        },
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(preset => preset.Name);

    /// <summary>The preset of a name, or null.</summary>
    public static NetworkPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>The preset that a name stands for, or a file's layers with the usual features and training.</summary>
    /// <param name="nameOrFile">One of <see cref="Names"/>, or a JSON file of <see cref="NetworkSpec"/>.</param>
    /// <exception cref="NetworkSpecException">There is no such network, or the file does not describe one.</exception>
    public static NetworkPreset Resolve(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        return
            Find(nameOrFile) is { } preset ? preset
            : nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadFile(nameOrFile)
            : throw new NetworkSpecException(
                $"there is no network '{nameOrFile}'{Suggestion.Before(nameOrFile, Names)} use " +
                $"{string.Join(", ", Names)}, or a FILE.json that lists layers");
    }

    private static NetworkPreset ReadFile(string path)
    {
        var network = NetworkSpec.Load(path);
        return new NetworkPreset(path, () => network, "the layers that the file lists");
    }
}
