// The Kaldi chain on every device against torchaudio.compliance.kaldi, with every setting taken from the files.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class KaldiGoldenTests
{
    public static TheoryData<string, string> Cases => TestDevices.TimesGolden("mfcc-kaldi-");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void FeatureExtractor_WithKaldisSettings_IsKaldis(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        (FeatureOptions options, float[] signal, bool isEmpty) = GoldenChain.Of(golden);
        ComputeDevice device = TestDevices.Get(selector);
        if (isEmpty)
        {
            Assert.Empty(golden.Floats("mfcc").Values);
        }
        else
        {
            Check("mfcc", options);
            if (golden.Has("log_mel"))
            {
                Check("log_mel", options with { Kind = FeatureKind.LogMel });
            }
        }

        void Check(string tensor, FeatureOptions chain)
        {
            // Another clip stands beside theirs, which must not be seen.
            var extractor = new FeatureExtractor(device, chain, 2, signal.Length);
            float[] both = [.. Randoms.Normal(signal.Length, seed: 5), .. signal];
            Tensor<float> clips = device.Upload<float>(new Shape(2, signal.Length), both);
            Tensor<float> features = device.Allocate<float>(extractor.Output);
            extractor.Extract(clips, features);

            // Their rows are frames.
            float[] got = features.ToArray()[(features.Length / 2)..];
            (int rows, int frames) = (extractor.Coefficients, extractor.Frames);
            double[] turned =
                [.. Enumerable.Range(0, got.Length).Select(i => (double)got[(i % rows * frames) + (i / rows)])];
            Closeness.Close(golden.Floats(tensor), turned, 1e-3);
        }
    }
}
