// Features in C are those of the engine: every preset, and settings that no preset has.
using System.Runtime.InteropServices;
using System.Text;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Model.Exports;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.C;

namespace NativeCnn.Tests.Tools.Exporting;

public sealed class CFeaturesTests
{
    private const float Tolerance = 3e-4f;

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Features_OfEveryPreset_AreThoseOfTheEngine()
    {
        Gcc.Required();
        ExpectTheSame(
        [
            .. FeaturePresets.All.SelectMany(preset => new[] { 8000, 16000 }.Select(
                rate => ($"{preset.Name} at {rate} Hz", new ClipFormat(preset.Create(rate), rate / 2)))),
        ]);
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Features_OfOtherSettings_AreThoseOfTheEngine()
    {
        Gcc.Required();
        var mfcc = FeatureOptions.Mfcc(8000);
        var kaldi = FeatureOptions.Kaldi(8000);
        (string Name, FeatureOptions Options)[] settings =
        [
            ("odd transform", mfcc with { FftSize = 255 }),
            ("transform of 2 x 3 x 5 x 7", mfcc with { FftSize = 210 }),
            ("prime transform", mfcc with { FftSize = 251 }),
            ("magnitudes", mfcc with { Power = 1, Log = LogScale.MagnitudeDecibel }),
            ("0 dB is the maximum", mfcc with { ReferenceIsMaximum = true, TopDb = null }),
            ("natural logarithm", mfcc with { Log = LogScale.Natural }),
            ("log10", FeatureOptions.LogMel(8000) with { Log = LogScale.Log10 }),
            .. Enum.GetValues<PadMode>().Select(pad => ($"pad {pad}", mfcc with { PadMode = pad })),
            ("every hop a frame", kaldi with { SnipEdges = false, PadMode = PadMode.Symmetric }),
            ("energy after the window", kaldi with { RawEnergy = false, EnergyFloor = 1 }),
            ("energy before log mel", kaldi with { Kind = FeatureKind.LogMel }),
            ("energy last", kaldi with { FirstRowLast = true }),
            ("windows", mfcc with { Window = WindowKind.Kaiser, WindowLength = 200 }),
            .. Enum.GetValues<DeltaBorder>().Select(border => (
                $"deltas {border}", mfcc with { Deltas = 2, DeltaBorder = border, SubtractMean = true })),
            ("regression deltas", mfcc with { Deltas = 2, DeltaConvention = DeltaConvention.Regression }),
            ("wavelet mirrored", FeatureOptions.Article(8000) with
            {
                WaveletBorder = WaveletBorder.Symmetric, WaveletName = "sym4", WaveletLevels = 2,
            }),
            ("samples with deltas", FeatureOptions.Raw(8000) with { Deltas = 1, SubtractMean = true }),
        ];
        ExpectTheSame(
        [
            .. settings.Select(one => (one.Name, new ClipFormat(one.Options, 3000))),
            ("16 bits", new ClipFormat(mfcc, 3000) { Precision = FeaturePrecision.Fp16 }),
            ("shorter than a frame", new ClipFormat(mfcc with { PadMode = PadMode.Reflect }, 50)),
        ]);
    }

    /// <summary>One program of all chains: each leaves its features in the order of the list.</summary>
    private static void ExpectTheSame((string Name, ClipFormat Format)[] all)
    {
        using var folder = new TemporaryFolder();
        ComputeDevice device = TestDevices.Get("cpu");
        List<float[]> expected = [];
        var includes = new StringBuilder("#include <stdio.h>\n");
        var calls = new StringBuilder();
        for (int i = 0; i < all.Length; i++)
        {
            ClipFormat format = all[i].Format;
            float[] samples = Samples(format.ClipSamples);
            var extractor = new FeatureExtractor(device, format.Features, 1, format.ClipSamples);
            Tensor<float> features = device.Allocate<float>(extractor.Output);
            extractor.Extract(device.Upload<float>(new Shape(1, samples.Length), samples), features);
            if (format.Precision == FeaturePrecision.Fp16)
            {
                HalfRounding.Apply(device, features);
            }

            var normalizer = Normalizer.Fit(features);
            normalizer.Apply(features);
            expected.Add(features.ToArray());
            var input = new ExportValue("input", new Shape(format.Channels, format.Frames));
            CNetwork nothing = CLowering.Of(new ExportGraph(input, input, []));
            int length = input.Shape.Length;
            var source = new CSource(nothing, new CFeatures(format, normalizer), new CSourceOptions
            {
                Name = $"m{i}",
                SampleRate = format.Features.SampleRate,
                Labels = [.. Enumerable.Repeat("c", length)],
            });
            folder.Text($"m{i}.h", source.Header);
            folder.Text($"m{i}.c", source.Source);
            File.WriteAllBytes(folder[$"m{i}.in"], MemoryMarshal.AsBytes<float>(samples).ToArray());
            includes.Append($"#include \"m{i}.h\"\n");
            calls.Append($$"""
                    {
                        static float x[{{samples.Length}}], y[{{length}}];
                        FILE *in = fopen("m{{i}}.in", "rb"), *out = fopen("m{{i}}.out", "wb");
                        if (!in || !out || fread(x, 4, {{samples.Length}}, in) != {{samples.Length}}) return 1;
                        m{{i}}_logits(x, y);
                        fwrite(y, 4, {{length}}, out);
                        fclose(in);
                        fclose(out);
                    }

                """);
        }

        folder.Text("main.c", $"{includes}\nint main(void)\n{{\n{calls}    return 0;\n}}\n");
        (int status, _, string errors) = Gcc.Run(Gcc.Compile(folder.Path), [], folder.Path);
        Assert.True(status == 0, errors);
        for (int i = 0; i < all.Length; i++)
        {
            (int channels, int frames) = (all[i].Format.Channels, all[i].Format.Frames);
            float[] found = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(folder[$"m{i}.out"])).ToArray();
            float apart = Enumerable.Range(0, found.Length)
                .Max(at => MathF.Abs(found[at] - expected[i][(at % channels * frames) + (at / channels)]));
            float tolerance = all[i].Format.Precision == FeaturePrecision.Fp16 ? 1e-2f : Tolerance;
            Assert.True(apart <= tolerance, $"{all[i].Name}: {apart} apart");
        }
    }

    /// <summary>A tone that rises, and noise that fades.</summary>
    private static float[] Samples(int count)
    {
        var random = new Random(7);
        return
        [
            .. Enumerable.Range(0, count).Select(i => (0.3f * MathF.Sin((i * 0.1f) + (i * i * 1e-5f)))
                + (0.2f * (random.NextSingle() - 0.5f) * MathF.Exp(-i / 1500f))),
        ];
    }
}
