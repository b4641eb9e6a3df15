using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Presets;

/// <summary>A network of <see cref="BuiltInNetworks"/>, and what goes with it unless options say otherwise.</summary>
/// <param name="Name">What <c>--model</c> calls it.</param>
/// <param name="Sentence">What it is, for help.</param>
/// <param name="Create">Its layers.</param>
/// <param name="Features">The name of its feature chain.</param>
/// <param name="Training">How it is trained.</param>
public sealed record BuiltInNetwork(
    string Name, string Sentence, Func<NetworkSpec> Create, string Features, TrainingOptions Training);
