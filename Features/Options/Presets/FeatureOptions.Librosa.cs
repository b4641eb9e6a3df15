// librosa's MFCC.
namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>What <c>librosa.feature.mfcc(y, sr=sampleRate)</c> does by default, librosa 0.11 and 1.0.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions Librosa(int sampleRate) => new() { SampleRate = sampleRate };
}
