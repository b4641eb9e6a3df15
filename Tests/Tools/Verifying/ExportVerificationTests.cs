// `nativecnn verify` of exports: each format holds as it was written, and what was changed in its files is told by the
// stage that it changes.
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using NativeCnn.Cli.Errors;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting;
using NativeCnn.Tools.Exporting.Onnx;
using NativeCnn.Tools.Verifying;

namespace NativeCnn.Tests.Tools.Verifying;

public sealed class ExportVerificationTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private static readonly string[] OfModel = ["features", "normalized", "logits", "probabilities"];

    private static readonly string[] OfOnnx =
        ["network.onnx: logits", "model.onnx: logits", "model.onnx: probabilities"];

    [Fact]
    public void EveryFormat_HasACheck() => Assert.Equal(
        ExportFormats.All.Select(format => format.Name), ExportVerification.Checks.Select(check => check.Format));

    [Theory]
    [InlineData("onnx", new[] { "features" }, true)]
    [InlineData("pytorch", new[] { "features", "normalized", "logits", "probabilities" }, false)]
    [InlineData("hf", new[] { "features", "normalized", "logits", "probabilities" }, true)]
    public void Export_AsItWasWritten_Holds(string format, string[] first, bool hasOnnx)
    {
        string export = Export(format);

        JsonElement result = Verify(export, ExitCodes.Done);

        Assert.Equal([.. first, .. hasOnnx ? OfOnnx : []], StagesOf(result).Select(stage => stage.Name));
        Assert.True(result.GetProperty("holds").GetBoolean());
        Assert.Equal(8, result.GetProperty("clips").GetInt32());
    }

    [SkippableFact]
    public void ExportAsC_IsComputedOnlyWhereItMayBeRun_AndHolds()
    {
        Gcc.Required();
        string export = Export("c");

        CliRun.Of("verify", export, "--device", "cpu").FailedNaming("give --run where you trust it");
        JsonElement result = Verify(export, ExitCodes.Done, "--run");

        Assert.Equal(OfModel[1..], StagesOf(result).Select(stage => stage.Name));
    }

    [SkippableTheory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("c", "int8")]
    [InlineData("c", "float32")]
    [InlineData("onnx", "float32")]
    [InlineData("hf", "float32")]
    public void ExportOfARunOnCrops_AveragesThem_AndHolds(string format, string precision)
    {
        Gcc.Required();
        if (!Directory.Exists(trained["crops"]))
        {
            trained.Train("crops", 1, "--model", "tiny", "--crop", "0.15", "--test-crops", "3").Succeeded();
        }

        string export = trained[$"crops-{format}-{precision}"];
        CliRun.Of("export", trained["crops"], export, "--format", format, "--precision", precision).Succeeded();

        Verify(export, ExitCodes.Done, "--run");

        Assert.Equal(precision == "int8", ProofOf(export).Setting.WholeNumbers);
    }

    [Theory]
    [InlineData("network.onnx", "conv1.weight", "network.onnx: conv1")]
    [InlineData("network.onnx", "dense1.bias", "network.onnx: dense1")]
    [InlineData("model.onnx", "dense1.weight", "model.onnx: dense1")]
    public void ConstantOfOnnx_ThatIsAnotherByOneBit_IsToldByItsNode(string file, string tensor, string stage)
    {
        string export = Export("onnx");
        Change(export, file, tensor, MathF.BitIncrement);

        JsonElement result = Verify(export, ExitCodes.Differs);

        Assert.StartsWith(stage, result.GetProperty("first_parting").GetString(), StringComparison.Ordinal);
        Assert.Contains($"{tensor} is not that of the proof", StagesOf(result).Select(one => one.Why));
        Assert.Contains(StagesOf(result), one => one.Name == file && !one.Holds);
        Assert.All(OfOnnx, name => Assert.True(StagesOf(result).Single(one => one.Name == name).Holds));
    }

    [Fact]
    public void WindowOfOnnx_ThatIsAnother_IsToldByTheFeatures()
    {
        string export = Export("onnx");
        Change(export, "model.onnx", "spectrum.weight", value => value + 1);

        Assert.Equal("features", Verify(export, ExitCodes.Differs).GetProperty("first_parting").GetString());
    }

    [Fact]
    public void NodeOfOnnx_WithAnotherSetting_IsToldByTheLogits()
    {
        string export = Export("onnx");
        string path = Path.Combine(export, "network.onnx");
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Node.First(node => node.OpType == "Relu").OpType = "Tanh";
        File.WriteAllBytes(path, model.ToByteArray());

        Assert.Equal(
            "network.onnx: logits", Verify(export, ExitCodes.Differs).GetProperty("first_parting").GetString());

        model.Graph.Node.First(node => node.OpType == "Tanh").OpType = "QuickGelu";
        File.WriteAllBytes(path, model.ToByteArray());
        CliRun.Of("verify", export, "--device", "cpu").FailedNaming("no export has the operator QuickGelu");
    }

    [Theory]
    [InlineData("pytorch", "dense1.weight", "dense1")]
    [InlineData("hf", "normalization.mean", "normalized")]
    public void TensorForPyTorch_ThatIsAnotherByOneBit_IsToldByItsStage(string format, string tensor, string stage)
    {
        string export = Export(format);
        string path = Path.Combine(export, "model.safetensors");
        SafeTensorsFile file = SafeTensors.Read(path);
        float[] values = file[tensor].AsFloat32().ToArray();
        values[0] = MathF.BitIncrement(values[0]);
        SafeTensors.Write(
            path,
            new Dictionary<string, SafeTensor>(file.Tensors)
            {
                [tensor] = SafeTensor.From<float>(values, file[tensor].Shape),
            },
            file.Metadata);

        JsonElement result = Verify(export, ExitCodes.Differs);

        Assert.Contains(stage, result.GetProperty("first_parting").GetString(), StringComparison.Ordinal);
        Assert.Contains(StagesOf(result), one => one.Name == "model.safetensors" && !one.Holds);
    }

    [Fact]
    public void FeaturesOfAFolderForTheHub_ThatAreOthers_AreToldByTheirStage()
    {
        string export = Export("hf");
        string path = Path.Combine(export, "preprocessor_config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        config["features"]!["min_frequency"] = 300;
        File.WriteAllText(path, config.ToJsonString());

        Assert.Equal("features", Verify(export, ExitCodes.Differs).GetProperty("first_parting").GetString());
    }

    [SkippableFact]
    public void ConstantOfC_ThatIsAnother_IsToldByTheLogits_AndAnEditedProgramByItsName()
    {
        Gcc.Required();
        string export = Export("c");
        File.AppendAllText(Path.Combine(export, "main.c"), "/* mine */\n");
        JsonElement edited = Verify(export, ExitCodes.Differs, "--run");
        string source = Path.Combine(export, "article.c");
        string text = File.ReadAllText(source);
        int bias = text.IndexOf("dense2_bias", StringComparison.Ordinal);
        int brace = text.IndexOf('{', bias);
        File.WriteAllText(source, $"{text[..(brace + 1)]} 7.0f + {text[(brace + 1)..]}");

        JsonElement changed = Verify(export, ExitCodes.Differs, "--run");

        Assert.Equal("main.c", edited.GetProperty("first_parting").GetString());
        Assert.Equal("logits", changed.GetProperty("first_parting").GetString());
        Assert.Contains(StagesOf(changed), one => one.Name == "article.c" && !one.Holds);
    }

    [Fact]
    public void CCompiler_ThatIsNotThere_IsToldInOneLine()
    {
        var error = Assert.Throws<RunException>(() => CCompiler.Find("no-compiler-of-this-name"));
        Assert.Contains("name it by the variable CC", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatIsGone_IsNamed()
    {
        string export = Export("onnx");
        File.Delete(Path.Combine(export, "network.onnx"));

        JsonElement result = Verify(export, ExitCodes.Differs);

        Assert.Equal("network.onnx", result.GetProperty("first_parting").GetString());
    }

    [Fact]
    public void Proof_OfAnExport_IsOfMadeSounds_OfClipsOnlyWhereAskedFor()
    {
        string made = Export("pytorch");
        string clips = Export("pytorch", "--proof", "clips");
        string none = Export("pytorch");
        CliRun.Of("export", trained.Path, none, "--format", "pytorch", "--proof", "none", "--force").Succeeded();

        Assert.All(ProofOf(made).Setting.Clips, name => Assert.EndsWith(" (made)", name, StringComparison.Ordinal));
        Assert.Equal(ProofOf(trained.Path).Setting.Clips, ProofOf(clips).Setting.Clips);
        Verify(clips, ExitCodes.Done);
        Assert.False(File.Exists(Path.Combine(none, ModelProof.FileName)));
        Assert.Null(RunConfig.Parse(ProofOf(made).Setting.Config!, "the proof").ClipsPerClass);
    }

    [Fact]
    public void ProofOfClips_OfARunThatHasNone_IsRefused()
    {
        string bare = trained[$"bare-{Guid.NewGuid():N}"];
        Directory.CreateDirectory(bare);
        foreach (string file in (string[])["config.json", "model.safetensors"])
        {
            File.Copy(Path.Combine(trained.Path, file), Path.Combine(bare, file));
        }

        CliRun.Of("export", bare, "--format", "pytorch", "--proof", "clips").FailedNaming("--proof synthetic");
        CliRun.Of("export", bare, "--format", "pytorch", "--force").Succeeded();
        Verify(Path.Combine(bare, "export", "pytorch"), ExitCodes.Done);
    }

    [Fact]
    public void ExportOfAFormatThatIsNotKnown_IsRefusedAsOne()
    {
        string export = Export("pytorch");
        ModelProof proof = ProofOf(export);
        (proof with { Setting = proof.Setting with { Export = "gguf" } }).Save(
            Path.Combine(export, ModelProof.FileName));

        CliRun.Of("verify", export, "--device", "cpu").FailedNaming("does not know, 'gguf'");
    }

    private string Export(string format, params string[] more)
    {
        string export = trained[$"{format}-{Guid.NewGuid():N}"];
        CliRun.Of(["export", trained.Path, export, "--format", format, .. more]).Succeeded();
        return export;
    }

    private static ModelProof ProofOf(string folder) => ModelProof.Load(Path.Combine(folder, ModelProof.FileName));

    private static void Change(string export, string file, string tensor, Func<float, float> change)
    {
        string path = Path.Combine(export, file);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        TensorProto one = model.Graph.Initializer.Single(constant => constant.Name == tensor);
        byte[] bytes = one.RawData.ToByteArray();
        float value = change(BitConverter.ToSingle(bytes, 0));
        BitConverter.TryWriteBytes(bytes, value);
        one.RawData = ByteString.CopyFrom(bytes);
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private static JsonElement Verify(string export, int exitCode, params string[] more)
    {
        CliRun verified = CliRun.Of(["verify", export, "--device", "cpu", "--json", .. more]);
        Assert.True(verified.ExitCode == exitCode, string.Join('\n', verified.Output.Concat(verified.Error)));
        return Assert.Single(verified.Json);
    }

    private static Stage[] StagesOf(JsonElement result) =>
    [
        .. result.GetProperty("stages").EnumerateArray().Select(stage => new Stage(
            stage.GetProperty("stage").GetString()!, stage.GetProperty("holds").GetBoolean(),
            stage.TryGetProperty("why", out JsonElement why) ? why.GetString() : null)),
    ];

    private sealed record Stage(string Name, bool Holds, string? Why);
}
