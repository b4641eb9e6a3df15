// Whole models: from the sound to the logits, ONNX Runtime gives what we do, for every network preset with its
// features.
using System.Text.Json;
using Google.Protobuf;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tests.Tools.Exporting.Onnx;

public sealed class OnnxModelTests
{
    private const int Rate = 8000;
    private const int Samples = 4000;

    private static readonly string[] Labels = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")];

    public static TheoryData<string> Presets => [.. NetworkPresets.Names];

    public static TheoryData<string> Features =>
        [.. FeaturePresets.Names.Where(name => name != FeaturePresets.RawName)];

    [SkippableTheory]
    [MemberData(nameof(Presets))]
    public void Preset_FromTheSound_GivesOurLogits(string preset) => FromTheSound(ModelOf(preset), 1, 3);

    [SkippableTheory]
    [InlineData("article")]
    [InlineData("tiny")]
    public void LargeBatch_FromTheSound_GivesOurLogits(string preset) => FromTheSound(ModelOf(preset), 64);

    [SkippableTheory]
    [MemberData(nameof(Features))]
    public void FeaturePreset_FromTheSound_GivesOurLogits(string features) =>
        FromTheSound(
            ModelOf("tiny", config => config with { Features = FeaturePresets.Find(features)!.Create(Rate) }), 3);

    [SkippableFact]
    public void FeaturesOf16Bits_AreRoundedToThem() =>
        FromTheSound(ModelOf("article", config => config with { FeaturePrecision = FeaturePrecision.Fp16 }), 3);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(3)]
    public void Stretches_OfAClip_AreAveraged(int crops) => FromTheSound(
        ModelOf("deep", config => config with
        {
            Training = config.Training with { CropSeconds = 0.3, TestCrops = crops },
        }),
        3);

    /// <summary>
    /// The first layer decides where the normalisation goes: into it, into its weights alone, or before it.
    /// </summary>
    [SkippableTheory]
    [InlineData("""{"type":"conv1d","filters":6,"taps":3,"stride":2,"groups":2}""")]
    [InlineData("""{"type":"conv1d","filters":6,"taps":3,"padding":1}""")]
    [InlineData("""{"type":"conv1d","filters":6,"taps":3,"padding":"causal","groups":2,"bias":false}""")]
    [InlineData("""{"type":"relu"}""")]
    [InlineData("""{"type":"residual","layers":[{"type":"conv1d","filters":20,"taps":3,"padding":1}]}""")]
    [InlineData("""{"type":"batch_norm1d"}""")]
    public void Normalization_BeforeALayer_GivesOurLogits(string layer)
    {
        string json = $$"""{"name":"own","layers":[{{layer}},{"type":"flatten"},{"type":"dense"}]}""";
        FromTheSound(ModelOf("article", config => config with
        {
            Model = NetworkSpec.Parse(json),
            Features = FeatureOptions.Mfcc(Rate) with { Coefficients = 20 },
        }), 3);
    }

    [SkippableFact]
    public void SoundsOfAnyLength_WhereTheNetworkPoolsOverTime_GiveOurLogits()
    {
        OnnxRuntime.Required();
        TrainedModel model = ModelOf("deep");
        using var theirs = new OnnxRuntime(OnnxModels.Model(model, []));
        foreach (int samples in new[] { 1500, 4000, 9999 })
        {
            TrainedModel longer = Sized(model, samples);
            float[] clips = Clips(2, samples);

            Near.All($"{samples}", OurLogits(longer, clips, 2), theirs.Run("logits", clips, 2, samples), 1e-4);
        }
    }

    [SkippableFact]
    public void LabelsByThemselves_HaveASigmoidEach()
    {
        OnnxRuntime.Required();
        TrainedModel model = ModelOf("tiny", config => config with { LabelSeparator = ";" });
        model.Thresholds = [.. Enumerable.Repeat(0.4f, Labels.Length)];
        using var theirs = new OnnxRuntime(OnnxModels.Model(model, OnnxMetadata.Of(model, [])));
        float[] clips = Clips(3, Samples);

        float[] logits = theirs.Run("logits", clips, 3, Samples);

        Near.All(
            "probabilities", Array.ConvertAll(logits, logit => 1 / (1 + MathF.Exp(-logit))),
            theirs.Run("probabilities", clips, 3, Samples));
        Assert.Equal(
            model.Thresholds, JsonSerializer.Deserialize<float[]>(theirs.Metadata["thresholds"]));
    }

    [SkippableFact]
    public void Probabilities_OfOneLabelAClip_AreASoftmax()
    {
        OnnxRuntime.Required();
        using var theirs = new OnnxRuntime(OnnxModels.Model(ModelOf("tiny"), []));
        float[] clips = Clips(3, Samples);

        float[] got = theirs.Run("probabilities", clips, 3, Samples);

        float[] logits = theirs.Run("logits", clips, 3, Samples);
        Near.All(
            "probabilities",
            [
                .. logits.Chunk(Labels.Length).SelectMany(row =>
                    row.Select(logit => (float)(1 / row.Sum(other => Math.Exp(other - logit))))),
            ],
            got);
    }

    [SkippableFact]
    public void Metadata_TellsLabelsRateFeaturesAndDigest()
    {
        OnnxRuntime.Required();
        TrainedModel model = ModelOf("small");
        using var theirs = new OnnxRuntime(OnnxModels.Network(model, OnnxMetadata.Of(model, "weights"u8)));

        IReadOnlyDictionary<string, string> told = theirs.Metadata;

        Assert.Equal(Labels, JsonSerializer.Deserialize<string[]>(told["labels"]));
        Assert.Equal("8000", told["sample_rate"]);
        Assert.Equal("4000", told["clip_samples"]);
        Assert.Equal(model.Config.Features, FeatureOptions.FromJson(told["features"]));
        Assert.Equal("small", told["network"]);
        Assert.Equal(RunConfigVersion, told["nativecnn_version"]);
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("weights"u8)),
            told["weights_sha256"]);
    }

    /// <summary>
    /// Nothing is left out because it was not thought of: batch normalisations are gone, the names are the layers'.
    /// </summary>
    [Fact]
    public void Network_OfADeepPreset_HasItsLayersNamesAndNoBatchNormalization()
    {
        ModelProto file = OnnxModels.Network(ModelOf("deep"), []);

        Assert.Equal(8, file.IrVersion);
        Assert.Equal(17, file.OpsetImport.Single().Version);
        Assert.DoesNotContain(file.Graph.Node, node => node.OpType == "BatchNormalization");
        Assert.Equal(3, file.Graph.Node.Count(node => node.OpType == "Conv"));
        Assert.Contains(file.Graph.Node, node => node.Output.Contains("pool1"));
        Assert.Contains(file.Graph.Initializer, one => one.Name == "conv1.weight");
        Assert.Equal("logits", file.Graph.Output.Single().Name);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Files_MadeTwice_AreTheSameBytes(string preset)
    {
        TrainedModel model = ModelOf(preset);

        Assert.Equal(
            OnnxModels.Model(model, OnnxMetadata.Of(model, [])).ToByteArray(),
            OnnxModels.Model(ModelOf(preset), OnnxMetadata.Of(model, [])).ToByteArray());
        Assert.Equal(
            OnnxModels.Network(model, OnnxMetadata.Of(model, [])).ToByteArray(),
            OnnxModels.Network(ModelOf(preset), OnnxMetadata.Of(model, [])).ToByteArray());
    }

    private static string RunConfigVersion => new RunConfig
    {
        Labels = Labels,
        Features = FeatureOptions.Mfcc(Rate),
        ClipSamples = 1,
        Model = NetworkPresets.Article(),
        Training = new TrainingOptions(),
        Device = "cpu",
    }.Version;

    private static void FromTheSound(TrainedModel model, params int[] batches)
    {
        OnnxRuntime.Required();
        RunConfig config = model.Config;
        using var whole = new OnnxRuntime(OnnxModels.Model(model, []));
        using var network = new OnnxRuntime(OnnxModels.Network(model, []));
        foreach (int batch in batches)
        {
            float[] clips = Clips(batch, Samples);
            float[] ours = OurLogits(model, clips, batch);

            Near.All($"{config.Model.Name} of {batch}", ours, whole.Run("logits", clips, batch, Samples), 1e-4);
            if (config.Cropping is null)
            {
                Tensor<float> features = FeaturesOf(config, clips, batch);
                Near.All(
                    $"{config.Model.Name} of {batch}, from features", ours,
                    network.Run("logits", features.ToArray(), batch, features.Shape[1], features.Shape[2]), 1e-4);
            }
        }
    }

    private static TrainedModel ModelOf(string preset, Func<RunConfig, RunConfig>? change = null)
    {
        NetworkPreset found = NetworkPresets.Find(preset)!;
        var config = new RunConfig
        {
            Labels = Labels,
            Features = FeaturePresets.Find(found.Features)!.Create(Rate),
            ClipSamples = Samples,
            Model = found.Create(),
            Training = found.Training,
            Device = "cpu",
        };
        config = change?.Invoke(config) ?? config;
        ComputeDevice device = TestDevices.Get("cpu");
        var network = new Network(device, new NetworkGraph(config.Model, config.Input, Labels.Length), seed: 3);
        OnnxLayerTests.LikeTrained(network);
        return new TrainedModel(config, network, Normalizer.Fit(FeaturesOf(config, Clips(20, Samples), 20)));
    }

    /// <summary>The same network for clips of another length.</summary>
    private static TrainedModel Sized(TrainedModel model, int samples)
    {
        RunConfig config = model.Config with { ClipSamples = samples };
        var network = new Network(
            model.Network.Device, new NetworkGraph(config.Model, config.Input, Labels.Length), seed: 3);
        OnnxLayerTests.LikeTrained(network);
        return new TrainedModel(config, network, model.Normalizer);
    }

    private static float[] OurLogits(TrainedModel model, float[] clips, int batch)
    {
        Tensor<float> features = FeaturesOf(model.Config, clips, batch);
        model.Normalizer.Apply(features);
        var forward = new CroppedForward(
            model.Network.Device, model.Network.PlanFor(batch, training: false), model.Config.Cropping);
        forward.Input.CopyFrom(features);
        forward.Run();
        return forward.Logits.ToArray();
    }

    private static Tensor<float> FeaturesOf(RunConfig config, float[] clips, int batch)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var extractor = new FeatureExtractor(device, config.Features, batch, config.ClipSamples);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(device.Upload<float>(new Shape(batch, config.ClipSamples), clips), features);
        if (config.FeaturePrecision == FeaturePrecision.Fp16)
        {
            HalfRounding.Apply(device, features);
        }

        return features;
    }

    private static float[] Clips(int count, int samples) =>
    [
        .. Enumerable.Range(0, count).SelectMany(
            clip => SoundSynthesizer.Generate(clip % 10, clip, Rate, (double)samples / Rate, 5)),
    ];
}
