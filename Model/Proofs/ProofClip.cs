using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Proofs;

/// <summary>A clip that a model is to prove itself on.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Its path below the data set's folder.</param>
/// <param name="Label">Its class.</param>
/// <param name="Sound">Its samples, of any rate and length.</param>
public sealed record ProofClip(string Name, string Label, AudioClip Sound);
