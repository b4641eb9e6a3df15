using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Model;

/// <summary>What a classifier says of one sound.</summary>
/// <param name="Ranked">All classes, most probable first.</param>
public sealed record Prediction(IReadOnlyList<LabelProbability> Ranked)
{
    /// <summary>The most probable class.</summary>
    public string Label => Ranked[0].Label;

    /// <summary>Its probability.</summary>
    public double Probability => Ranked[0].Probability;
}
