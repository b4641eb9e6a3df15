using NativeCnn.Features.Options;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

/// <summary>What of a training's input is chosen; null leaves the choice to the data.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record TrainingInputOptions
{
    /// <summary>The feature chain.</summary>
    public required FeatureChoice Features { get; init; }

    /// <summary>
    /// How it is trained: its augmentation must go with the features, its seed makes the built-in sounds.
    /// </summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>
    /// True keeps <see cref="TrainingOptions.Best"/> as it is; false takes average precision for accuracy where a clip
    /// may have several labels.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>The classes silence and unknown; neither by default.</summary>
    public KeywordOptions Keywords { get; init; } = new();

    /// <summary>The sample rate in hertz.</summary>
    public int? SampleRate { get; init; }

    /// <summary>The length that every clip is cut or padded to, in seconds.</summary>
    public double? ClipSeconds { get; init; }

    /// <summary>Clips of each class of the built-in sounds.</summary>
    public int ClipsPerClass { get; init; } = 200;

    /// <summary>
    /// What an error calls a choice that can be changed: <c>clip-seconds</c> is <c>clipSeconds</c> to who writes C#,
    /// and <c>--clip-seconds</c> at the command line.
    /// </summary>
    public Func<string, string> NameOf { get; init; } = CamelCase;

    private static string CamelCase(string name)
    {
        string[] words = name.Split('-');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
