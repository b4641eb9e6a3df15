namespace NativeCnn.Features.Options;

/// <summary>Feature options that have a name.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">As <c>--features</c> takes it.</param>
/// <param name="Create">The options at a sample rate in hertz, from 1.</param>
/// <param name="Sentence">What it computes, for help.</param>
public sealed record FeaturePreset(string Name, Func<int, FeatureOptions> Create, string Sentence);
