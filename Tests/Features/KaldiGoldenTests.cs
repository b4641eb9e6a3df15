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

    public static TheoryData<string> Devices => TestDevices.All;

    /// <summary>The energy of silence is at the floor of Kaldi, the logarithm of FLT_EPSILON.</summary>
    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Kaldi_OfSilence_HasTheLogarithmOfFloatsEpsilon(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var extractor = new FeatureExtractor(device, FeatureOptions.Kaldi(8000), 1, 4000);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(device.Upload<float>(new Shape(1, 4000), new float[4000]), features);

        float[] first = features.ToArray()[..extractor.Frames];
        Assert.All(first, energy => Assert.Equal(Math.Log(Math.Pow(2, -23)), energy, 1e-4));
    }

    /// <summary>A constant, loud or soft, is taken off whole: no cepstrum but that of silence is left.</summary>
    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Kaldi_OfAConstant_IsThatOfSilence(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int rate in new[] { 8800, 48000 })
        {
            foreach (float level in new[] { 0.3f, 0.003f, 1f / 3, -0.7f })
            {
                FeatureOptions options = FeatureOptions.Kaldi(rate) with { UseEnergy = false };
                var extractor = new FeatureExtractor(device, options, 2, rate);
                Tensor<float> features = device.Allocate<float>(extractor.Output);
                float[] both = [.. Enumerable.Repeat(level, rate), .. new float[rate]];
                extractor.Extract(device.Upload<float>(new Shape(2, rate), both), features);

                float[] got = features.ToArray();
                int half = got.Length / 2;
                Assert.Equal(got[half..], got[..half], (a, b) => Math.Abs(a - b) <= 1e-3);
            }
        }
    }

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
