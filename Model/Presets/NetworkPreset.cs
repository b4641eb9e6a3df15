using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Presets;

/// <summary>A network that has a name, and what goes with it unless options say otherwise.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">As <c>--model</c> takes it.</param>
/// <param name="Create">Its layers.</param>
/// <param name="Sentence">What it is, for help.</param>
public sealed record NetworkPreset(string Name, Func<NetworkSpec> Create, string Sentence)
{
    /// <summary>Its features: one of <see cref="FeaturePresets.Names"/>.</summary>
    public string Features { get; init; } = FeaturePresets.DefaultName;

    /// <summary>How it is trained: batch size, optimiser, learning rate and schedule.</summary>
    public TrainingOptions Training { get; init; } = new();
}
