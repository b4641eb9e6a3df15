namespace NativeCnn.Model.FeatureSets;

/// <summary>The beginning of a clip at its file's own rate.</summary>
/// <param name="Samples">As many samples as the run's clip length depends on, or fewer where the clip is short.</param>
/// <param name="SampleRate">In Hz.</param>
internal sealed record DecodedClip(float[] Samples, int SampleRate);
