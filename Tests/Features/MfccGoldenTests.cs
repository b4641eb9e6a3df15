// The feature chain on every device against librosa and torchaudio, with every setting taken from the files.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class MfccGoldenTests
{
    public static TheoryData<string, string> Cases => TestDevices.Times(
        new[] { "mfcc-librosa-", "mfcc-torchaudio-" }
            .SelectMany(family => (IEnumerable<object[]>)GoldenFolder.Family(family))
            .Select(row => (string)row[0])
            .Distinct());

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void FeatureExtractor_EveryStage_IsTheirs(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        (FeatureOptions options, float[] signal, _) = GoldenChain.Of(golden);
        options = options with { Deltas = golden.Has("delta2") ? 2 : golden.Has("delta") ? 1 : 0 };
        ComputeDevice device = TestDevices.Get(selector);
        // Another clip stands beside theirs, which must not be seen.
        var extractor = new FeatureExtractor(device, options, 2, signal.Length);
        float[] both = [.. Randoms.Normal(signal.Length, seed: 5), .. signal];
        Tensor<float> clips = device.Upload<float>(new Shape(2, signal.Length), both);
        Tensor<float> features = device.Allocate<float>(extractor.Output);

        extractor.Extract(clips, features);
        FeatureStages stages = extractor.Stages(clips);

        Closeness.CloseToScale(golden.Floats("power_spectrogram"), Second(stages.Power), 1e-4);
        Closeness.CloseToScale(golden.Floats("mel"), Second(stages.Mel), 1e-4);
        if (golden.Has("log_mel"))
        {
            Closeness.Close(golden.Floats("log_mel"), Second(stages.LogMel), 1e-3);
        }

        double[][] parts = [.. Second(features).Chunk(options.StaticRows * extractor.Frames)];
        Closeness.Close(golden.Floats("mfcc"), parts[0], 1e-3);
        for (int d = 0; d < options.Deltas; d++)
        {
            Closeness.Close(golden.Floats(d == 0 ? "delta" : "delta2"), parts[d + 1], 1e-3);
        }
    }

    private static double[] Second(Tensor<float> pair) => pair.ToArray()[(pair.Length / 2)..].ToDouble();
}
