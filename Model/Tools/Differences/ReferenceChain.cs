using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Differences;

/// <summary>The chain that a reference was made by.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Options">Its options, as ours.</param>
/// <param name="PadSamples">Silence that is put before and behind the clip first (torchaudio's <c>pad</c>).</param>
/// <param name="LeastSeconds">A shorter clip has no features at all (Kaldi's <c>min_duration</c>).</param>
public sealed record ReferenceChain(FeatureOptions Options, int PadSamples = 0, double LeastSeconds = 0);
