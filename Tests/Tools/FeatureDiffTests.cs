// Where two chains part ways: a reference that our own chain made with one setting changed is explained by this one.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Model.Formats;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Differences;

namespace NativeCnn.Tests.Tools;

public sealed class FeatureDiffTests : IDisposable
{
    private static readonly FeatureOptions Librosa = FeatureOptions.Librosa(8000) with
    {
        FftSize = 256,
        HopLength = 80,
        MelBands = 30,
        Coefficients = 12,
        TopDb = 60,
    };

    private static readonly FeatureOptions Kaldi = FeatureOptions.Kaldi(8000) with { EnergyFloor = 0, SampleScale = 1 };

    private static readonly FeatureOptions Deltas = Librosa with { Deltas = 2 };

    private static readonly Dictionary<string, (FeatureOptions Ours, FeatureOptions Theirs)> Changes = new()
    {
        ["mel_scale"] = (Librosa, Librosa with { MelScale = MelScale.Htk }),
        ["mel_norm"] = (Librosa, Librosa with { MelNorm = MelNorm.None }),
        ["mel_shape"] = (Librosa, Librosa with { MelShape = MelShape.Mel }),
        ["mel_bands"] = (Librosa, Librosa with { MelBands = 40 }),
        ["bin_grid"] = (Librosa with { FftSize = 255 }, Librosa with { FftSize = 255, BinGrid = BinGrid.Linspace }),
        ["min_frequency"] = (Librosa, Librosa with { MinFrequency = 300 }),
        ["max_frequency"] = (Librosa, Librosa with { MaxFrequency = 3800 }),
        ["center"] = (Librosa with { HopLength = 300 }, Librosa with { HopLength = 300, Center = false }),
        ["pad_mode"] = (Librosa, Librosa with { PadMode = PadMode.Reflect }),
        ["window"] = (Librosa, Librosa with { Window = WindowKind.Hamming }),
        ["window povey"] = (Kaldi with { Window = WindowKind.Hann }, Kaldi),
        ["periodic_window"] = (Librosa, Librosa with { PeriodicWindow = false }),
        ["window_length"] = (Librosa, Librosa with { WindowLength = 200 }),
        ["frame_is_window"] = (
            Librosa with { WindowLength = 200, Center = false },
            Librosa with { WindowLength = 200, Center = false, FrameIsWindow = true }),
        ["fft_size"] = (Librosa, Librosa with { FftSize = 512 }),
        ["hop_length"] = (Librosa, Librosa with { HopLength = 64 }),
        ["snip_edges"] = (Kaldi, Kaldi with { SnipEdges = false }),
        ["power"] = (Librosa, Librosa with { Power = 1 }),
        ["log"] = (Librosa with { LogFloor = 1e-6 }, Librosa with { LogFloor = 1e-6, Log = LogScale.FlooredNatural }),
        ["log log10"] = (Kaldi, Kaldi with { Log = LogScale.Log10 }),
        ["log_floor"] = (Librosa with { TopDb = null }, Librosa with { TopDb = null, LogFloor = 1e-5 }),
        ["log_offset"] = (
            Librosa with { Log = LogScale.Natural }, Librosa with { Log = LogScale.Natural, LogOffset = 1e-3 }),
        ["log_reference"] = (Librosa, Librosa with { LogReference = 100 }),
        ["reference_is_maximum"] = (Librosa, Librosa with { ReferenceIsMaximum = true }),
        ["top_db"] = (Librosa, Librosa with { TopDb = 40 }),
        ["dct_norm"] = (Librosa, Librosa with { DctNorm = DctNorm.None }),
        ["dct_norm htk"] = (Kaldi with { UseEnergy = false }, Kaldi with { UseEnergy = false, DctNorm = DctNorm.Htk }),
        ["dct_type"] = (Librosa, Librosa with { DctType = 3 }),
        ["lifter"] = (Librosa, Librosa with { Lifter = 22 }),
        ["lifter_start"] = (Kaldi, Kaldi with { LifterStart = 1 }),
        ["coefficients"] = (Librosa, Librosa with { Coefficients = 20 }),
        ["sample_scale"] = (Kaldi with { PreEmphasis = 0.9 }, Kaldi with { PreEmphasis = 0.9, SampleScale = 32768 }),
        ["pre_emphasis"] = (Librosa, Librosa with { PreEmphasis = 0.97 }),
        ["remove_dc"] = (Librosa, Librosa with { RemoveDc = true }),
        ["use_energy"] = (Kaldi, Kaldi with { UseEnergy = false }),
        ["raw_energy"] = (Kaldi, Kaldi with { RawEnergy = false }),
        ["energy_floor"] = (Kaldi, Kaldi with { EnergyFloor = 1 }),
        ["first_row_last"] = (Kaldi, Kaldi with { FirstRowLast = true }),
        ["subtract_mean"] = (Librosa, Librosa with { SubtractMean = true }),
        ["kind"] = (Librosa with { Coefficients = 30 }, Librosa with { Coefficients = 30, Kind = FeatureKind.LogMel }),
        ["deltas"] = (Librosa, Librosa with { Deltas = 1 }),
        ["delta_convention"] = (Deltas, Deltas with { DeltaConvention = DeltaConvention.Regression }),
        ["delta_width"] = (Deltas, Deltas with { DeltaWidth = 7 }),
        ["delta_border"] = (Deltas, Deltas with { DeltaBorder = DeltaBorder.Nearest }),
        ["wavelet_name"] = (FeatureOptions.Article(8000), FeatureOptions.Article(8000) with { WaveletName = "sym4" }),
        ["wavelet_border"] = (
            FeatureOptions.Article(8000) with { Lifter = 0 },
            FeatureOptions.Article(8000) with { Lifter = 0, WaveletBorder = WaveletBorderOf("symmetric") }),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Changes.Keys];

    public void Dispose() => folder.Dispose();

    [Trait(Slow.Category, Slow.Name)]
    [Theory]
    [MemberData(nameof(Names))]
    public void FeatureDiff_OfOneSettingChanged_IsExplainedByExactlyThis(string name)
    {
        (FeatureOptions ours, FeatureOptions theirs) = Changes[name];
        FeatureDiffResult result = Diff(ours, theirs);

        Assert.NotNull(result.First);
        Assert.True(result.Explained, string.Join(", ", result.Stages));
        SettingChange change = Assert.Single(result.Changes);
        Assert.Equal(name.Split(' ')[0], change.Setting);
    }

    [Fact]
    public void FeatureDiff_OfTheSameChain_FindsNothing()
    {
        FeatureDiffResult result = Diff(Deltas, Deltas);

        Assert.Null(result.First);
        Assert.Empty(result.Changes);
        Assert.Equal(1, result.Trials);
    }

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void FeatureDiff_OfTwoSettings_NamesBoth()
    {
        FeatureDiffResult result = Diff(Librosa, Librosa with { MelScale = MelScale.Htk, MelNorm = MelNorm.None });

        Assert.Equal(
            ["mel_scale slaney -> htk", "mel_norm slaney -> none"], result.Changes.Select(change => $"{change}"));
        Assert.True(result.Explained);
    }

    [Fact]
    public void FeatureDiff_OfAnotherPreset_NamesWhatDiffers()
    {
        FeatureOptions ours = FeatureOptions.Librosa(16000);
        FeatureDiffResult result = Diff(ours, FeatureOptions.TorchAudio(16000));

        Assert.True(result.Explained);
        Assert.Equal(
            ["coefficients", "fft_size", "hop_length", "mel_norm", "mel_scale", "pad_mode"],
            result.Changes.Select(change => change.Setting).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FeatureDiff_OfATransposedReference_SaysSoAndAgrees()
    {
        float[] samples = Sound(4000);
        (float[] values, int rows, int frames) = Compute(samples, Librosa);
        float[] turned = [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * frames) + (i / rows)])];
        var reference = new ReferenceFile(
            [new ReferenceMatrix(ReferenceFile.Features, frames, rows, turned)], null, null, null);

        FeatureDiffResult result = FeatureDiff.Compare(samples, Librosa, reference);

        Assert.Null(result.First);
        Assert.Contains($"{frames} x {rows}", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Trait(Slow.Category, Slow.Name)]
    [Fact]
    public void FeatureDiff_OfNoise_IsNotExplained()
    {
        float[] samples = Sound(2000);
        (float[] values, int rows, int frames) = Compute(samples, Librosa);
        var reference = new ReferenceFile(
            [new ReferenceMatrix(ReferenceFile.Features, rows, frames, Randoms.Normal(values.Length, 3))], null, null,
            null);

        FeatureDiffResult result = FeatureDiff.Compare(samples, Librosa, reference);

        Assert.False(result.Explained);
        Assert.Empty(result.Changes);
        Assert.True(result.Trials > 100);
    }

    /// <summary>Every stage is there, and the settings are not told: they are found stage by stage.</summary>
    [Fact]
    public void FeatureDiff_OfStages_NamesTheFirstAndExplainsEach()
    {
        FeatureOptions theirs = Librosa with
        {
            PadMode = PadMode.Reflect,
            MelScale = MelScale.Htk,
            TopDb = 40,
            Lifter = 22,
        };
        float[] samples = Sound(4000);
        var chain = new FeatureExtractor(TestDevices.Get("cpu"), theirs, 1, samples.Length);
        FeatureStages stages = chain.Stages(
            TestDevices.Get("cpu").Upload<float>(new Shape(1, samples.Length), samples));
        (float[] mfcc, int rows, int frames) = Compute(samples, theirs);
        SafeTensors.Write(
            folder["x.safetensors"],
            new Dictionary<string, SafeTensor>
            {
                ["signal"] = SafeTensor.From<float>(samples, samples.Length),
                ["power_spectrogram"] = SafeTensor.From<float>(stages.Power.ToArray(), theirs.Bins, frames),
                ["mel"] = SafeTensor.From<float>(stages.Mel.ToArray(), theirs.MelBands, frames),
                ["log_mel"] = SafeTensor.From<float>(stages.LogMel.ToArray(), theirs.MelBands, frames),
                ["mfcc"] = SafeTensor.From<float>(mfcc, rows, frames),
            });

        FeatureDiffResult result = FeatureDiff.Compare(samples, Librosa, ReferenceFile.Read(folder["x.safetensors"]));

        Assert.Equal("power_spectrogram", result.First?.Stage);
        Assert.True(result.Explained);
        Assert.Equal(
            ["lifter", "mel_scale", "pad_mode", "top_db"],
            result.Changes.Select(change => change.Setting).Order(StringComparer.Ordinal));
    }

    /// <summary>torchaudio's pad: the file has the sound itself, and features of it with zeros around.</summary>
    [Fact]
    public void FeatureDiff_OfAPaddedReference_PadsTheSoundAndSaysSo()
    {
        FeatureOptions theirs = FeatureOptions.TorchAudio(8000);
        float[] samples = Sound(3000);
        float[] silence = new float[300];
        (float[] mfcc, int rows, int frames) = Compute([.. silence, .. samples, .. silence], theirs);
        FeatureDiffResult result = FeatureDiff.Compare(
            samples, theirs, Written("""{"sample_rate": 8000, "pad": 300}""", samples, mfcc, rows, frames));

        Assert.Null(result.First);
        Assert.Contains("pad 300", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f_max", """{"sample_rate": 8000, "f_max": 5000.0}""")]
    [InlineData("power", """{"sample_rate": 8000, "power": 3}""")]
    [InlineData("pad", """{"sample_rate": 8000, "pad": -3}""")]
    [InlineData("dither", """{"sample_frequency": 8000, "dither": -1.0}""")]
    public void FeatureDiff_OfASettingThatCannotBeComputed_NamesIt(string setting, string config)
    {
        FeatureOptions ours = FeatureOptions.TorchAudio(8000);
        float[] samples = Sound(3000);
        (float[] mfcc, int rows, int frames) = Compute(samples, ours);

        FeatureDiffResult result = FeatureDiff.Compare(samples, ours, Written(config, samples, mfcc, rows, frames));

        Assert.Contains($"the setting {setting} ", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    /// <summary>Kaldi's chain has other stages; of a shorter signal there is too little to tell settings by.</summary>
    public static TheoryData<string> GoldenNames =>
    [
        .. GoldenFolder.Names("mfcc-", golden =>
            !golden.Name.Contains("kaldi", StringComparison.Ordinal) && golden.Floats("signal").Values.Length >= 4000),
    ];

    /// <summary>Their settings stand in the file: whatever preset is asked for, it is explained.</summary>
    [SkippableTheory]
    [MemberData(nameof(GoldenNames))]
    public void FeatureDiff_OfAGoldenFile_IsExplainedByItsSettings(string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        FeatureOptions ours = FeatureOptions.Mfcc(golden.Config.GetProperty("sample_rate").GetInt32());
        var reference = ReferenceFile.Read(Path.Combine(GoldenFolder.Location, name + ".safetensors"));

        FeatureDiffResult result = FeatureDiff.Compare(golden.Floats("signal").Values, ours, reference);

        Assert.True(result.Explained, string.Join("; ", result.Stages));
        Assert.Equal("signal", result.Stages[0].Stage);
        Assert.True(result.Stages[0].Agrees);
    }

    private ReferenceFile Written(string config, float[] signal, float[] mfcc, int rows, int frames)
    {
        SafeTensors.Write(
            folder["x.safetensors"],
            new Dictionary<string, SafeTensor>
            {
                ["signal"] = SafeTensor.From<float>(signal, signal.Length),
                ["mfcc"] = SafeTensor.From<float>(mfcc, rows, frames),
            },
            new Dictionary<string, string> { ["config"] = config, ["producer"] = "torchaudio 2.6" });
        return ReferenceFile.Read(folder["x.safetensors"]);
    }

    private static NativeCnn.Engine.Operators.WaveletBorder WaveletBorderOf(string name) =>
        Enum.Parse<NativeCnn.Engine.Operators.WaveletBorder>(name, ignoreCase: true);

    private static FeatureDiffResult Diff(FeatureOptions ours, FeatureOptions theirs)
    {
        float[] samples = Sound(theirs.SampleRate / 2);
        (float[] values, int rows, int frames) = Compute(samples, theirs);
        var reference = new ReferenceFile(
            [new ReferenceMatrix(ReferenceFile.Features, rows, frames, values)], null, null, null);
        return FeatureDiff.Compare(samples, ours, reference);
    }

    private static (float[] Values, int Rows, int Frames) Compute(float[] samples, FeatureOptions options)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var extractor = new FeatureExtractor(device, options, 1, samples.Length);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(device.Upload<float>(new Shape(1, samples.Length), samples), features);
        return (features.ToArray(), extractor.Coefficients, extractor.Frames);
    }

    /// <summary>Two tones in noise upon a constant, from loud to nearly silent: every floor is reached.</summary>
    private static float[] Sound(int samples)
    {
        float[] noise = Randoms.Normal(samples, seed: 12, scale: 0.02);
        return
        [
            .. noise.Select((value, n) =>
            {
                double decay = Math.Exp(-9.0 * n / samples);
                return (float)(decay * (0.02 + value + (0.3 * Math.Sin(0.31 * n)) + (0.1 * Math.Cos(1.3 * n))));
            }),
        ];
    }
}
