using NativeCnn.Model.Capsules;

namespace NativeCnn.Model.Explorers;

/// <summary>The step that a recording begins with: weights, clips, optimiser.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Capsule">The step. The steps after it take the same clips.</param>
/// <param name="Labels">The classes' names.</param>
/// <param name="Clips">A name for each clip of the mini-batch.</param>
/// <param name="Sentence">What the clips and the weights are, for the page.</param>
public sealed record ExplorerStart(
    StepCapsule Capsule, IReadOnlyList<string> Labels, IReadOnlyList<string> Clips, string Sentence);
