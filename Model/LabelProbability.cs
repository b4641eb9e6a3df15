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

/// <summary>A class and how probable the network holds it.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">In [0, 1]; over all classes they sum to 1.</param>
public sealed record LabelProbability(string Label, double Probability);
