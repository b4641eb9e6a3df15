// A golden file's settings, by the product's own reader, and its signal, ready for our chain.

using NativeCnn.Features.Options;
using NativeCnn.Tests.Golden;
using NativeCnn.Tools.Differences;

namespace NativeCnn.Tests.Features;

/// <summary>What a golden file of the family mfcc was made of.</summary>
/// <param name="Options">Its options.</param>
/// <param name="Signal">Samples from -1 to 1, with the silence that the reference put around them.</param>
/// <param name="IsEmpty">Whether the reference refuses so short a signal.</param>
public sealed record GoldenChain(FeatureOptions Options, float[] Signal, bool IsEmpty)
{
    public static GoldenChain Of(GoldenFile golden)
    {
        ReferenceChain chain = ReferenceOptions.Read(golden.Config, golden.Producer);
        float[] signal = golden.Has("signal_int16_scale")
            ? Array.ConvertAll(golden.Floats("signal_int16_scale").Values, value => value / 32768)
            : golden.Floats("signal").Values;
        float[] silence = new float[chain.PadSamples];
        return new GoldenChain(
            chain.Options, [.. silence, .. signal, .. silence],
            signal.Length < chain.LeastSeconds * chain.Options.SampleRate
                || chain.Options.Frames(signal.Length + (2 * silence.Length)) == 0);
    }
}
