// The exported program, compiled with sanitizers: real formats give the classifier's probabilities, odd files a
// sentence.
using System.Buffers.Binary;
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting;
using NativeCnn.Tools.Exporting.C;

namespace NativeCnn.Tests.Tools.Exporting;

public sealed class CProgramTests
{
    private const int Rate = 8000;
    private const int Samples = 4000;

    /// <summary>Of whole clips, and of a run on crops, whose logits are averaged.</summary>
    [SkippableTheory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("small", 0)]
    [InlineData("tiny", 0.3)]
    public void Program_GivenWavFiles_GivesTheProbabilitiesOfTheClassifier(string preset, double cropSeconds)
    {
        Gcc.Required();
        using var folder = new TemporaryFolder();
        TrainedModel model = ModelOf(preset, cropSeconds);
        string program = Export(folder, model);
        string[] files = Files(folder);

        (int status, string output, string errors) = Gcc.Run(program, files, folder.Path);

        Assert.True(status == 0, errors);
        ExpectTheClassifiers(model, files, output);
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Program_GivenOddFiles_SaysWhatIsWrongAndGoesOn()
    {
        Gcc.Required();
        using var folder = new TemporaryFolder();
        string program = Export(folder, ModelOf("tiny", cropSeconds: 0));
        byte[] whole = Wav(1, 1, 16, Rate, new byte[2 * 500]);
        string good = Put("good.wav", whole);
        (string File, string Says)[] odd =
        [
            (folder["absent.wav"], "cannot be opened"), (Put("empty.wav", []), "no WAV file"),
            (Put("text.wav", "no sound at all, only words"u8.ToArray()), "no WAV file"),
            (Put("short.wav", whole[..30]), "cut short"), (Put("head.wav", whole[..36]), "no samples"),
            (Put("none.wav", whole[..44]), "no samples"),
            (Put("fast.wav", Wav(1, 1, 16, 44100, new byte[100])), "8000 Hz"),
            (Put("wide.wav", Wav(1, 1, 64, Rate, new byte[100])), "not read here"),
            (Put("none-of-it.wav", Wav(1, 0, 16, Rate, new byte[100])), "not read here"),
            (Put("law.wav", Wav(7, 1, 8, Rate, new byte[100])), "not read here"),
            (Put("huge-chunk.wav", [.. whole[..12], .. "LIST"u8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2]), "no samples"),
            (Put("data-first.wav", [.. whole[..12], .. "data"u8, 4, 0, 0, 0, 1, 2, 3, 4]), "before their format"),
        ];
        byte[] lies = [.. whole];
        BinaryPrimitives.WriteUInt32LittleEndian(lies.AsSpan(40), uint.MaxValue);
        string[] fine =
        [
            good, Put("cut.wav", whole[..500]), Put("lies.wav", lies),
            Put("loud.wav", Wav(3, 1, 32, Rate, [.. Enumerable.Repeat<byte>(0xFF, 800)])),
            Put("many.wav", Wav(1, 65535, 8, Rate, new byte[70000])),
        ];

        (int status, string output, string errors) =
            Gcc.Run(program, [.. odd.Select(one => one.File), .. fine], folder.Path);

        Assert.Equal(1, status);
        string[] said = errors.TrimEnd().Split('\n');
        Assert.Equal(odd.Length, said.Length);
        Assert.All(odd.Zip(said), pair =>
        {
            Assert.StartsWith(pair.First.File, pair.Second, StringComparison.Ordinal);
            Assert.Contains(pair.First.Says, pair.Second, StringComparison.Ordinal);
        });
        Assert.Equal(fine, output.TrimEnd().Split('\n').Select(line => line.Split('\t')[0]));
        Assert.DoesNotContain("nan", output, StringComparison.Ordinal);

        string Put(string name, byte[] bytes)
        {
            File.WriteAllBytes(folder[name], bytes);
            return folder[name];
        }
    }

    [Fact]
    public void Int8_OfARunWhoseDataIsGone_IsRefusedWithARemedy()
    {
        using var folder = new TemporaryFolder();
        TrainedModel model = ModelOf("tiny", cropSeconds: 0);

        var error = Assert.Throws<ExportException>(() => new CFormat().Write(new ExportRequest
        {
            Model = model,
            Run = folder.Path,
            Folder = folder.Path,
            Precision = ExportPrecision.Bytes,
        }));

        Assert.Contains("--calibration DATA", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_WithSignsOfC_IsQuotedAndCannotLeaveAComment()
    {
        Assert.Equal("\"a\\042\\134\\077\\303\\2741\"", CText.Quoted("a\"\\?ü1"));
        Assert.Equal("x * / y", CText.Comment("x */\ty"));
        Assert.Equal("while_", CText.Identifier("while"));
        Assert.Equal("v2nd_layer", CText.Identifier("2nd.layer"));
        Assert.Equal("1.0f", CText.Float(1));
        Assert.Equal("1E-10f", CText.Float(1e-10f));
    }

    private static void ExpectTheClassifiers(TrainedModel model, string[] files, string output)
    {
        var member = new ClipPass(model);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(files.Length, lines.Length);
        Assert.All(files.Zip(lines), pair =>
        {
            float[] expected = member.ProbabilitiesOf(AudioFile.Read(pair.First), pair.First);
            string[] cells = pair.Second.Split('\t');
            float[] found =
                [.. cells[2..].Select(cell => float.Parse(cell.Split(' ')[^1], CultureInfo.InvariantCulture))];
            Assert.Equal(expected.Length, found.Length);
            Assert.All(expected.Zip(found), two => Assert.True(
                MathF.Abs(two.First - two.Second) < 2e-4f, $"{pair.First}: {two.First} here, {two.Second} in C"));
            Assert.Equal(model.Config.Labels[Array.IndexOf(expected, expected.Max())], cells[1]);
        });
    }

    /// <summary>The same sound in every form, and one that is longer and one that is shorter than a clip.</summary>
    private static string[] Files(TemporaryFolder folder)
    {
        float[] sound = [.. Enumerable.Range(0, 5000).Select(i => 0.4f * MathF.Sin(i * (0.05f + (i * 4e-5f))))];
        (string Name, int Encoding, int Channels, int Bits, int Count)[] forms =
        [
            ("pcm8", 1, 1, 8, 5000), ("pcm16", 1, 1, 16, 5000), ("pcm24", 1, 2, 24, 5000), ("pcm32", 1, 3, 32, 2500),
            ("float", 3, 1, 32, 5000), ("double", 3, 2, 64, 3000), ("stereo", 1, 2, 16, 100),
        ];
        return
        [
            .. forms.Select(form =>
            {
                int size = form.Bits / 8;
                byte[] data = new byte[form.Count * form.Channels * size];
                for (int i = 0; i < form.Count * form.Channels; i++)
                {
                    double value = sound[i / form.Channels] * (1 + (i % form.Channels)) / form.Channels;
                    Span<byte> at = data.AsSpan(i * size, size);
                    if (form.Encoding == 3 && size == 8)
                    {
                        BinaryPrimitives.WriteDoubleLittleEndian(at, value);
                    }
                    else if (form.Encoding == 3)
                    {
                        BinaryPrimitives.WriteSingleLittleEndian(at, (float)value);
                    }
                    else
                    {
                        long level = (long)(value * (1L << (form.Bits - 1))) + (form.Bits == 8 ? 128 : 0);
                        for (int b = 0; b < size; b++)
                        {
                            at[b] = (byte)(level >> (8 * b));
                        }
                    }
                }

                string path = folder[form.Name + ".wav"];
                File.WriteAllBytes(path, Wav(form.Encoding, form.Channels, form.Bits, Rate, data));
                return path;
            }),
        ];
    }

    private static byte[] Wav(int encoding, int channels, int bits, int rate, byte[] data)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)encoding);
        writer.Write((ushort)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write((short)bits);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
        return stream.ToArray();
    }

    private static string Export(TemporaryFolder folder, TrainedModel model)
    {
        new CFormat().Write(new ExportRequest { Model = model, Run = folder.Path, Folder = folder.Path });
        return Gcc.Compile(folder.Path);
    }

    private static TrainedModel ModelOf(string preset, double cropSeconds)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        NetworkPreset network = NetworkPresets.Find(preset)!;
        FeatureOptions features = FeaturePresets.Find(network.Features)!.Create(Rate);
        var config = new RunConfig
        {
            Data = "/nowhere/at-all",
            Labels = ["yes \"so\"", "no", "up", "down"],
            Features = features,
            ClipSamples = Samples,
            Model = network.Create(),
            Training = network.Training with { CropSeconds = cropSeconds, TestCrops = cropSeconds > 0 ? 3 : 1 },
            Device = "cpu",
        };
        var random = new Random(11);
        var trained = new Network(device, config.Model, config.Input[0], config.Input[1], config.Labels.Count, seed: 4);
        foreach (Parameter one in trained.Parameters.All.Where(
            one => one.Name.EndsWith("bias", StringComparison.Ordinal)))
        {
            one.Value.CopyFrom([.. Enumerable.Range(0, one.Value.Length).Select(_ => random.NextSingle() - 0.5f)]);
        }

        int rows = config.Format.Channels;
        return new TrainedModel(
            config, trained,
            new Normalizer(
                [.. Enumerable.Range(0, rows).Select(_ => -10 * random.NextSingle())],
                [.. Enumerable.Range(0, rows).Select(_ => 10 + (5 * random.NextSingle()))]));
    }
}
