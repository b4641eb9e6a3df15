// Laws of the feature chain that hold for all settings, against the float64 reference and among its own bodies.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class FeatureExtractorTests
{
    private static readonly FeatureOptions Small = new()
    {
        SampleRate = 8000,
        FftSize = 64,
        HopLength = 20,
        MelBands = 12,
        Coefficients = 9,
    };

    private static readonly FeatureOptions Kaldi = FeatureOptions.Kaldi(8000) with
    {
        SampleScale = 2,
        FftSize = 64,
        WindowLength = 37,
        HopLength = 20,
        MelBands = 12,
        Coefficients = 9,
        EnergyFloor = 0,
    };

    private static readonly FeatureOptions Htk = FeatureOptions.Htk(8000) with
    {
        SampleScale = 100,
        FftSize = 64,
        WindowLength = 50,
        HopLength = 20,
        MelBands = 12,
        Coefficients = 9,
    };

    private static readonly FeatureOptions Wavelets = FeatureOptions.Article(8000) with
    {
        FftSize = 64,
        HopLength = 40,
        Coefficients = 13,
        Lifter = 36,
    };

    private static readonly Dictionary<string, (FeatureOptions Options, int Samples)> Settings = new()
    {
        ["small"] = (Small, 500),
        ["one frame"] = (Small with { Center = false }, 64),
        ["sixteen frames"] = (Small with { Center = false }, 64 + (15 * 20)),
        ["seventeen frames"] = (Small with { Center = false }, 64 + (16 * 20) + 19),
        ["reflected"] = (Small with { PadMode = PadMode.Reflect, Coefficients = 12 }, 333),
        ["shorter than a frame"] = (Small with { MelBands = 8, Coefficients = 8 }, 40),
        ["shorter than a frame, reflected"] = (Small with { PadMode = PadMode.Reflect, TopDb = null }, 10),
        ["one sample"] = (Small with { PadMode = PadMode.Reflect }, 1),
        ["magnitude"] = (Small with { Power = 1, MelScale = MelScale.Htk }, 300),
        ["natural logarithm"] = (Small with { Log = LogScale.Natural, Lifter = 22 }, 300),
        ["log mel"] = (Small with { Kind = FeatureKind.LogMel }, 300),
        ["log mel without limit"] = (Small with { Kind = FeatureKind.LogMel, TopDb = null }, 300),
        ["narrow range"] = (Small with { TopDb = 6, LogReference = 3 }, 300),
        ["hop beyond the frame"] = (Small with { HopLength = 90, Window = WindowKind.Hamming }, 2000),
        ["short window"] = (Small with { WindowLength = 37, PeriodicWindow = false }, 300),
        ["transform of 2"] = (Small with { FftSize = 2, HopLength = 1, MelBands = 1, Coefficients = 1 }, 40),
        ["transform of 4"] = (Small with { FftSize = 4, HopLength = 3, MelBands = 2, Coefficients = 2 }, 40),
        ["transform of 400"] = (Small with { FftSize = 400, MelBands = 40, Coefficients = 13 }, 1500),
        ["transform of 45"] = (Small with { FftSize = 45, MelBands = 8, Coefficients = 8 }, 300),
        ["transform of 3"] = (Small with { FftSize = 3, HopLength = 2, MelBands = 1, Coefficients = 1 }, 40),
        ["transform of 94"] = (Small with { FftSize = 94, PadMode = PadMode.Reflect }, 300),
        ["transform of 61"] = (Small with { FftSize = 61, Center = false, Power = 1 }, 300),
        ["transform of 5000"] = (Small with { FftSize = 5000, HopLength = 2500, MelBands = 40 }, 6000),
        ["log mel of 150"] = (Small with { FftSize = 150, Kind = FeatureKind.LogMel }, 400),
        ["transform of 512"] = (Small with { FftSize = 512, MelBands = 80, Coefficients = 20 }, 700),
        ["transform of 4096"] = (Small with { FftSize = 4096, HopLength = 1000, MelBands = 40 }, 5000),
        ["transform of 8192"] = (Small with { FftSize = 8192, HopLength = 3000 }, 9000),
        ["cosines of type 1"] = (Small with { DctType = 1, DctNorm = DctNorm.None }, 300),
        ["cosines of type 3"] = (Small with { DctType = 3, Coefficients = 12 }, 300),
        ["cosines over an odd number of bands"] = (Small with { FftSize = 512, MelBands = 41, Coefficients = 41 }, 700),
        ["cosines, the first row last"] = (Small with { FirstRowLast = true, Coefficients = 12 }, 300),
        ["kaldi"] = (FeatureOptions.Kaldi(8000) with { SampleScale = 4 }, 900),
        ["kaldi, every hop"] = (Kaldi with { SnipEdges = false, UseEnergy = false }, 333),
        ["kaldi, hop beyond the frame"] = (Kaldi with { SnipEdges = false, HopLength = 90 }, 700),
        ["kaldi, shorter than a frame"] = (Kaldi with { SnipEdges = false, RawEnergy = false }, 25),
        ["kaldi log mel"] = (Kaldi with { Kind = FeatureKind.LogMel, RawEnergy = false, Deltas = 1 }, 300),
        ["kaldi of an odd frame"] =
            (Kaldi with { FftSize = 37, RawEnergy = false, MelBands = 7, Coefficients = 7 }, 300),
        ["pre-emphasis of centred frames"] = (Small with { PreEmphasis = 0.9, WindowLength = 30 }, 300),
        ["without its mean"] = (Small with { RemoveDc = true, Kind = FeatureKind.LogMel, TopDb = 30 }, 300),
        ["scaled"] = (Small with { SampleScale = 3, PadMode = PadMode.Symmetric }, 300),
        ["deltas"] = (Small with { Deltas = 2, MelShape = MelShape.Mel }, 500),
        ["deltas over all frames"] = (Small with { Deltas = 2, DeltaWidth = 5 }, 80),
        ["delta by regression"] = (Small with { Deltas = 1, DeltaConvention = DeltaConvention.Regression }, 500),
        ["deltas of few frames"] = (
            Small with { Deltas = 2, DeltaConvention = DeltaConvention.Regression, DeltaWidth = 7 }, 70),
        ["deltas of log mel"] = (Small with { Kind = FeatureKind.LogMel, Deltas = 2, TopDb = null }, 300),
        ["deltas of limited log mel"] = (Small with { Kind = FeatureKind.LogMel, Deltas = 1, FftSize = 100 }, 300),
        ["wavelet cepstrum"] = (Wavelets, 500),
        ["wavelet cepstrum, symmetric haar"] = (
            Wavelets with
            {
                WaveletName = "haar",
                WaveletBorder = WaveletBorder.Symmetric,
                WaveletLevels = 1,
                FftSize = 45,
                TopDb = null,
                Power = 1,
                DctNorm = DctNorm.None,
                Lifter = 0,
                FirstRowLast = true,
            }, 300),
        ["wavelet cepstrum, conditioned"] = (
            Wavelets with
            {
                Center = false,
                RemoveDc = true,
                PreEmphasis = 0.9,
                WindowLength = 37,
                FrameIsWindow = true,
                Deltas = 1,
                SubtractMean = true,
                Log = LogScale.Natural,
                WaveletName = "sym5",
                SampleScale = 3,
            }, 700),
        ["wavelet cepstrum of one frame, reflected"] = (
            Wavelets with { HopLength = 900, PadMode = PadMode.Reflect, ReferenceIsMaximum = true, TopDb = 20 }, 300),
        ["htk"] = (Htk, 500),
        ["htk with energy"] = (Htk with { UseEnergy = true, RawEnergy = false, Deltas = 2 }, 500),
        ["htk log mel with energy"] = (Htk with { Kind = FeatureKind.LogMel, UseEnergy = true, RemoveDc = true }, 300),
        ["htk without its mean"] = (Htk with { SubtractMean = true, Deltas = 1, Power = 2 }, 800),
        ["padded by its ends"] = (Small with { PadMode = PadMode.Edge }, 300),
        ["padded by itself"] = (Small with { PadMode = PadMode.Wrap }, 23),
        ["below its maximum"] = (Small with { ReferenceIsMaximum = true, TopDb = 30 }, 500),
        ["log mel below its maximum"] = (
            Small with { ReferenceIsMaximum = true, TopDb = null, Kind = FeatureKind.LogMel, LogFloor = 1e-3 }, 300),
        ["log mel of 100 below its maximum"] = (
            Small with { ReferenceIsMaximum = true, FftSize = 100, Kind = FeatureKind.LogMel }, 300),
        ["common logarithm"] = (Small with { Log = LogScale.Log10, LogFloor = 1e-4 }, 300),
        ["decibel of magnitudes"] = (Small with { Log = LogScale.MagnitudeDecibel, Power = 1, LogReference = 2 }, 300),
        ["mel of sum 1"] = (Small with { MelNorm = MelNorm.Sum }, 300),
        ["mel of length 1"] = (Small with { MelNorm = MelNorm.Length, MelBands = 40 }, 300),
        ["warped"] = (Kaldi with { VtlnWarp = 1.1, SampleRate = 16000 }, 300),
        ["deltas beyond the ends: mirror"] = (Small with { Deltas = 2, DeltaBorder = DeltaBorder.Mirrored }, 70),
        ["deltas beyond the ends: wrap"] = (Small with { Deltas = 1, DeltaBorder = DeltaBorder.Wrapped }, 70),
        ["deltas beyond the ends: zero"] = (
            Small with
            {
                Deltas = 2,
                DeltaBorder = DeltaBorder.Zero,
                DeltaConvention = DeltaConvention.Regression,
            }, 300),
        ["deltas beyond the ends: nearest"] = (Small with { Deltas = 2, DeltaBorder = DeltaBorder.Nearest }, 300),
        ["log mel of 8192"] = (Small with { FftSize = 8192, HopLength = 5000, Kind = FeatureKind.LogMel }, 9000),
    };

    public static TheoryData<string, string> Cases =>
        TestDevices.TimesRungs("mfcc", Settings.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FeatureExtractor_EveryStage_MatchesTheReference(string selector, string setting)
    {
        (FeatureOptions options, int samples) = Settings[setting];
        ComputeDevice device = TestDevices.Get(selector, apart: options.Kind);
        float[][] clips = [Clip(samples, 1), Clip(samples, 2)];
        var extractor = new FeatureExtractor(device, options, 2, samples);
        Tensor<float> input = device.Upload<float>(new Shape(2, samples), [.. clips[0], .. clips[1]]);
        Tensor<float> features = device.Allocate<float>(extractor.Output);

        extractor.Extract(input, features);
        FeatureStages stages = extractor.Stages(input);

        ReferenceMfcc[] expected = [.. clips.Select(clip => ReferenceMfcc.Of(clip, options))];
        Assert.Equal(new Shape(2, options.Rows, expected[0].Frames), extractor.Output);
        Assert.Equal(expected[0].Frames, extractor.Frames);
        Assert.Equal(options.Rows, extractor.Coefficients);
        Compare("power", stages.Power, e => e.Power, 1e-4);
        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            Compare("log_spectrum", stages.LogSpectrum!, e => e.LogSpectrum, 1e-3);
            Compare("wavelet", stages.Wavelet!, e => e.Wavelet, 1e-3);
        }
        else
        {
            Compare("mel", stages.Mel, e => e.Mel, 1e-4);
            Compare("log_mel", stages.LogMel, e => e.LogMel, 1e-3);
        }

        Compare("features", features, e => e.Features, 1e-3);
        if (options.Kind == FeatureKind.LogMel && options.Rows == options.MelBands && !options.SubtractMean)
        {
            // Fused and stage by stage, the same arithmetic; only contraction to fused multiply-adds may differ.
            Closeness.Close("log_mel", features.ToArray(), stages.LogMel.ToArray(), 1e-5, features.Length);
        }

        void Compare(string stage, Tensor<float> got, Func<ReferenceMfcc, double[]> of, double tolerance) =>
            Closeness.Close(
                $"{setting}: {stage}", got.ToArray().ToDouble(), [.. of(expected[0]), .. of(expected[1])], tolerance,
                got.Shape.ToArray());
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void FeatureExtractor_Clip_DoesNotDependOnItsNeighbours(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach ((string name, (FeatureOptions options, int samples)) in
            Settings.Where(setting => setting.Value.Options.FftSize < 512))
        {
            float[][] clips = [.. Enumerable.Range(0, 3).Select(n => Clip(samples, n, loudness: 1 + (50 * n)))];
            float[] alone = Extract(device, options, clips[1]);
            float[] together = Extract(device, options, clips[0], clips[1], clips[2]);
            Assert.True(alone.AsSpan().SequenceEqual(together.AsSpan(alone.Length, alone.Length)), name);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FeatureExtractor_OfSilence_IsFinite(string selector, string setting)
    {
        (FeatureOptions options, int samples) = Settings[setting];
        float[] features = Extract(TestDevices.Get(selector, apart: options.Kind), options, new float[samples]);
        Assert.All(features, value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>What is left of a constant without its mean is 0, whatever its last bits.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void FeatureExtractor_OfAConstantWithoutItsMean_IsThatOfSilence(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (FeatureOptions, int)[] chains =
        [
            (FeatureOptions.Kaldi(8800), 310),
            (FeatureOptions.Kaldi(44100) with { Kind = FeatureKind.LogMel }, 1200),
            (FeatureOptions.Kaldi(8000) with { FftSize = 200 }, 200),
            (Wavelets with { Center = false, RemoveDc = true }, 70),
        ];
        foreach ((FeatureOptions options, int samples) in chains)
        {
            float[] silence = Extract(device, options, new float[samples]);
            foreach (float constant in (float[])[8800 / 32768f, 0.1f, -0.7317f])
            {
                float[] clip = new float[samples];
                Array.Fill(clip, constant);
                Assert.Equal(silence, Extract(device, options, clip));
            }
        }
    }

    /// <summary>A sound far below its mean: what the mean leaves is as exact as the sound itself.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void FeatureExtractor_OfASoundUponALargeConstant_MatchesTheReference(string selector)
    {
        (FeatureOptions, int)[] chains =
        [
            (FeatureOptions.Kaldi(48000), 1300),
            (FeatureOptions.Kaldi(8000) with { FftSize = 200, UseEnergy = false }, 400),
            (Wavelets with { Center = false, RemoveDc = true, FftSize = 512, LogFloor = 1e-7 }, 700),
        ];
        foreach ((FeatureOptions options, int samples) in chains)
        {
            foreach (float constant in (float[])[0.7f, -0.3f])
            {
                float[] clip = [.. Clip(samples, 3, loudness: 0.003).Select(value => constant + value)];
                Closeness.Close(
                    $"features upon {constant}", Extract(TestDevices.Get(selector), options, clip).ToDouble(),
                    ReferenceMfcc.Of(clip, options).Features, 1e-3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void FeatureExtractor_CalledAgain_GivesTheSameBits(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] clip = Clip(500, 4);
        Assert.Equal(Extract(device, Small, clip), Extract(device, Small, clip));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void FeatureExtractor_OnAnyDevice_GivesWhatTheHostGives(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach ((string name, (FeatureOptions options, int samples)) in
            Settings.Where(setting => setting.Value.Options.FftSize <= 512))
        {
            float[][] clips = [Clip(samples, 7), Clip(samples, 8)];
            float[] host = Extract(TestDevices.Get("cpu"), options, clips);
            // Liftering multiplies by up to 19 before the cosine transform adds what then cancels; without the mean and
            // the slope of its frames, a low band is what is left of far larger numbers: there the rounding of the
            // transforms shows, and each rounds in its own way.
            double tolerance = options.Kind == FeatureKind.WaveletCepstrum ? 1e-3
                : options.RemoveDc && options.PreEmphasis > 0 ? 3e-4
                : 1e-4;
            Closeness.Close($"features of '{name}'", Extract(device, options, clips), host, tolerance, host.Length);
        }
    }

    [Fact]
    public void FeatureExtractor_OnAnyNumberOfWorkers_GivesTheSameBits()
    {
        float[][] clips = [.. Enumerable.Range(0, 5).Select(n => Clip(1000, n))];
        SameBits.ForAnyNumberOfWorkers(device => [Extract(device, Small, clips)]);
    }

    [Fact]
    public void FeatureExtractor_Extract_AllocatesNothing()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var extractor = new FeatureExtractor(device, Small, 2, 500);
        Tensor<float> clips = device.Upload<float>(new Shape(2, 500), [.. Clip(500, 1), .. Clip(500, 2)]);
        Tensor<float> features = device.Allocate<float>(extractor.Output);

        Assert.Equal(0, Allocated.By(() => extractor.Extract(clips, features)));
    }

    [Fact]
    public void FeatureExtractor_OfWhatItCannotDo_SaysWhatToGive()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new FeatureExtractor(device, Small with { Center = false }, 1, 63));
        Assert.Contains("at least 64 samples", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(
            () => new FeatureExtractor(device, Small with { Deltas = 1 }, 1, 100));
        Assert.Contains("has 6 frames", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FeatureExtractor(device, Small, 1, 0));
        Assert.Throws<ArgumentException>(() => new FeatureExtractor(device, Small with { HopLength = 0 }, 1, 500));

        var extractor = new FeatureExtractor(device, Small, 1, 500);
        Tensor<float> clips = device.Allocate<float>(new Shape(1, 500));
        Assert.Throws<ArgumentException>(() => extractor.Extract(clips, clips));
        Assert.Throws<ArgumentException>(() => extractor.Stages(device.Allocate<float>(new Shape(2, 500))));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void FeatureExtractor_OfNoClips_DoesNothing(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var extractor = new FeatureExtractor(device, Small, 0, 500);
        extractor.Extract(device.Allocate<float>(new Shape(0, 500)), device.Allocate<float>(extractor.Output));
    }

    private static float[] Extract(ComputeDevice device, FeatureOptions options, params float[][] clips)
    {
        var extractor = new FeatureExtractor(device, options, clips.Length, clips[0].Length);
        Tensor<float> input = device.Upload<float>(
            new Shape(clips.Length, clips[0].Length), [.. clips.SelectMany(clip => clip)]);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(input, features);
        return features.ToArray();
    }

    /// <summary>Two tones in noise, which fades in.</summary>
    private static float[] Clip(int samples, int seed, double loudness = 1)
    {
        float[] noise = Randoms.Normal(samples, seed);
        return [.. noise.Select((value, n) => (float)(loudness * ((0.05 * value * n / samples)
            + (0.5 * Math.Sin((0.3 + (0.1 * seed)) * n)) + (0.2 * Math.Cos(1.7 * n)))))];
    }
}
