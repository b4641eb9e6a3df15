// The feature chain in an ONNX file: ONNX Runtime computes from the sound what FeatureExtractor does, for every preset
// and every setting, over sounds that are short, silent, loud, or lie beside zero.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Exports;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tests.Tools.Exporting.Onnx;

public sealed class OnnxFeatureTests
{
    private const int Rate = 8000;
    private const int Samples = 4000;

    private static readonly FeatureOptions Mfcc = FeatureOptions.Mfcc(Rate);
    private static readonly FeatureOptions Kaldi = FeatureOptions.Kaldi(Rate);
    private static readonly FeatureOptions Article = FeatureOptions.Article(Rate);

    /// <summary>Settings beside those of the presets.</summary>
    private static readonly Dictionary<string, FeatureOptions> Variants = new()
    {
        ["pad reflect"] = Mfcc with { PadMode = PadMode.Reflect },
        ["pad symmetric"] = Mfcc with { PadMode = PadMode.Symmetric },
        ["pad edge"] = Mfcc with { PadMode = PadMode.Edge },
        ["pad wrap"] = Mfcc with { PadMode = PadMode.Wrap },
        ["not centred"] = Mfcc with { Center = false },
        ["short window"] = Mfcc with { WindowLength = 101 },
        ["short window, odd fft"] = Mfcc with { FftSize = 255, WindowLength = 90, Window = WindowKind.Rectangular },
        ["short window, reflected"] = Mfcc with { WindowLength = 64, PadMode = PadMode.Reflect },
        ["window of one"] = Mfcc with { WindowLength = 1, HopLength = 7 },
        ["frame is window"] = Mfcc with { FrameIsWindow = true, WindowLength = 200, Window = WindowKind.Hamming },
        ["kaiser"] = Mfcc with { Window = WindowKind.Kaiser, WindowParameter = 5, PeriodicWindow = false },
        ["pre-emphasis"] = Mfcc with { PreEmphasis = 0.97, SampleScale = 32768 },
        ["mean removed"] = Mfcc with { RemoveDc = true },
        ["mean removed, reflected"] = Mfcc with { RemoveDc = true, PadMode = PadMode.Reflect },
        ["magnitude"] = Mfcc with { Power = 1, Log = LogScale.MagnitudeDecibel },
        ["ln"] = Mfcc with { Log = LogScale.Natural, TopDb = null },
        ["log10"] = Mfcc with { Log = LogScale.Log10, LogFloor = 1e-6 },
        ["ln of a floor"] = Mfcc with { Log = LogScale.FlooredNatural, LogFloor = 1e-6 },
        ["no range"] = Mfcc with { TopDb = null, LogFloor = 1e-6, LogReference = 0.5 },
        ["maximum is 0 dB"] = Mfcc with { ReferenceIsMaximum = true, TopDb = 50 },
        ["dct 1"] = Mfcc with { DctType = 1, DctNorm = DctNorm.None, Coefficients = 13 },
        ["dct 3, lifter"] = Mfcc with { DctType = 3, Lifter = 22, Coefficients = 13 },
        ["few bands"] = Mfcc with { MelBands = 20, Coefficients = 20, MinFrequency = 300, MaxFrequency = 3000 },
        ["warped"] = Mfcc with { VtlnWarp = 1.1, MelScale = MelScale.Htk, MinFrequency = 20 },
        ["band without a bin"] = Mfcc with { MelBands = 100, Coefficients = 40 },
        ["energy"] = Mfcc with { UseEnergy = true, EnergyFloor = 1e-4 },
        ["energy, last"] = Kaldi with { FirstRowLast = true },
        ["energy after the window"] = Kaldi with { RawEnergy = false },
        ["energy of log mel"] = FeatureOptions.LogMel(Rate) with { UseEnergy = true, EnergyFloor = 1e-4 },
        ["energy of log mel, last"] =
            FeatureOptions.LogMel(Rate) with { UseEnergy = true, EnergyFloor = 1e-4, FirstRowLast = true },
        ["energy alone"] = Kaldi with { Coefficients = 1 },
        ["every hop"] = Kaldi with { SnipEdges = false },
        ["every hop, silence"] = Kaldi with { SnipEdges = false, PadMode = PadMode.Constant, UseEnergy = false },
        ["every hop, long hop"] = Mfcc with { Center = false, SnipEdges = false, HopLength = 700 },
        ["odd fft"] = Mfcc with { FftSize = 201, MelBands = 30, Coefficients = 20 },
        ["long fft"] = FeatureOptions.Librosa(Rate),
        ["mean of rows"] = Kaldi with { SubtractMean = true },
        ["wavelet symmetric"] = Article with
        {
            WaveletBorder = NativeCnn.Engine.Operators.WaveletBorder.Symmetric,
            WaveletName = "sym4",
            WaveletLevels = 2,
        },
        ["wavelet magnitude"] = Article with { Power = 1, RemoveDc = true, FirstRowLast = true },
        ["wavelet deltas"] = Article with { Deltas = 2, SubtractMean = true },
        ["raw deltas"] = FeatureOptions.Raw(Rate) with { Deltas = 1 },
        ["deltas"] = Mfcc with { Deltas = 2 },
        ["deltas, regression"] = Mfcc with { Deltas = 2, DeltaConvention = DeltaConvention.Regression },
        ["deltas, mirrored"] = Mfcc with { Deltas = 2, DeltaBorder = DeltaBorder.Mirrored, DeltaWidth = 15 },
        ["deltas, zeros"] = Mfcc with { Deltas = 2, DeltaBorder = DeltaBorder.Zero },
        ["deltas, wrapped"] = Mfcc with { Deltas = 1, DeltaBorder = DeltaBorder.Wrapped },
        ["deltas, regression, interpolated"] = Mfcc with
        {
            Deltas = 2,
            DeltaConvention = DeltaConvention.Regression,
            DeltaBorder = DeltaBorder.Interpolated,
        },
    };

    public static TheoryData<string> Names => [.. FeaturePresets.Names, .. Variants.Keys];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Features_InOnnxRuntime_AreOurs(string name)
    {
        OnnxRuntime.Required();
        FeatureOptions options = Of(name);
        float[] clips = [.. Sounds(Samples).SelectMany(clip => clip)];
        int batch = clips.Length / Samples;
        float[] ours = Ours(options, clips, batch, Samples);
        using var given = new OnnxRuntime(FileOf(options, Samples));
        using var free = new OnnxRuntime(FileOf(options, samples: null));

        Close(name, options, ours, given.Run("features", clips, batch, Samples), batch);
        Close($"{name}, free", options, ours, free.Run("features", clips, batch, Samples), batch);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Features_OfClipsOfAnyLength_AreOurs(string name)
    {
        OnnxRuntime.Required();
        FeatureOptions options = Of(name);
        using var free = new OnnxRuntime(FileOf(options, samples: null));
        int frames = Math.Max(1, options.LeastFrames);
        int least = Enumerable.Range(1, Samples).First(samples => options.Frames(samples) >= frames);
        foreach (int samples in new[] { least, least + 1, least + 79, 1777, 9001 }.Where(one => one >= least))
        {
            float[] clips = [.. Sounds(samples).Take(2).SelectMany(clip => clip)];
            float[] ours = Ours(options, clips, 2, samples);

            Close($"{name} of {samples}", options, ours, free.Run("features", clips, 2, samples), 2);
        }
    }

    [Fact]
    public void Features_OfALongFft_AreRefusedByName()
    {
        FeatureOptions options = Mfcc with { FftSize = 1 << 15 };

        var error = Assert.Throws<ExportException>(() => FileOf(options, 1 << 16));

        Assert.Contains("fft_size 32768", error.Message, StringComparison.Ordinal);
    }

    private static FeatureOptions Of(string name) =>
        Variants.TryGetValue(name, out FeatureOptions? options) ? options : FeaturePresets.Find(name)!.Create(Rate);

    /// <summary>
    /// Each row to a thousandth of its size, the root of its mean square, as networks are given it: the lifter of a
    /// wavelet cepstrum makes rows of some thousand.
    /// </summary>
    private static void Close(string name, FeatureOptions options, float[] ours, float[] theirs, int clips)
    {
        Assert.Equal(ours.Length, theirs.Length);
        int frames = ours.Length / options.Rows / clips;
        for (int row = 0; row < options.Rows; row++)
        {
            float[] expected = RowOf(ours, row);
            double size = Math.Sqrt(expected.Average(value => (double)value * value));
            Closeness.Close(
                $"{name}, row {row}", RowOf(theirs, row), expected, 1e-3 * Math.Max(1, size), expected.Length);
        }

        float[] RowOf(float[] features, int row) =>
        [
            .. Enumerable.Range(0, clips).SelectMany(
                clip => features.AsSpan(((clip * options.Rows) + row) * frames, frames).ToArray()),
        ];
    }

    private static float[] Ours(FeatureOptions options, float[] clips, int batch, int samples)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var extractor = new FeatureExtractor(device, options, batch, samples);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(device.Upload<float>(new Shape(batch, samples), clips), features);
        return features.ToArray();
    }

    /// <summary>
    /// Synthesised sounds, noise, silence, loud noise, an impulse, a tone with a faint noise beside zero, a constant.
    /// </summary>
    private static IEnumerable<float[]> Sounds(int samples)
    {
        double seconds = (double)samples / Rate;
        yield return SoundSynthesizer.Generate(3, 1, Rate, seconds, 1);
        yield return Randoms.Normal(samples, 7, 0.1);
        yield return SoundSynthesizer.Generate(9, 2, Rate, seconds, 1);
        yield return new float[samples];
        yield return Randoms.Normal(samples, 8, 3);
        yield return [.. Enumerable.Range(0, samples).Select(i => i == samples / 3 ? 1f : 0f)];
        yield return
        [
            .. Randoms.Normal(samples, 10, 1e-3).Select((value, i) => 0.3f + (0.2f * MathF.Sin(0.31f * i)) + value),
        ];
        yield return [.. Enumerable.Repeat(0.5f, samples)];
        yield return [.. Randoms.Normal(samples, 9, 0.3).Select(value => MathF.Round(value * 32768) / 32768)];
    }

    private static ModelProto FileOf(FeatureOptions options, int? samples)
    {
        options.Validate();
        var onnx = new OnnxGraph("features", "Features.");
        string waveform = onnx.Input("waveform", "Sound.", "batch", samples is { } known ? known : "samples");
        string features = OnnxFeatures.Write(onnx, options, TestDevices.Get("cpu"), waveform, samples);
        string output = onnx.NodeNamed("Identity", onnx.Reserve("features"), [features]);
        onnx.Output(
            output, "Features.", "batch", options.Rows, samples is { } length ? options.Frames(length) : "frames");
        return OnnxModels.Whole(onnx, []);
    }
}
