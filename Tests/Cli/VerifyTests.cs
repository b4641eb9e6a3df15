// `nativecnn verify`: a run gives what its proof has, and what was changed in it is told by the stage that it changes.
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Devices;
using NativeCnn.Model;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class VerifyTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private static readonly string[] AllStages = ["features", "normalized", "logits", "probabilities"];

    public static TheoryData<string> OtherDevices => [.. TestDevices.Portable()];

    [Fact]
    public void Run_OnTheDeviceThatTrainedIt_HoldsBitForBit()
    {
        JsonElement result = Verify(trained.Path, ExitCodes.Done);

        Assert.True(result.GetProperty("holds").GetBoolean());
        Assert.Equal(8, result.GetProperty("clips").GetInt32());
        Assert.Equal(AllStages, StagesOf(result).Select(stage => stage.Name));
        Assert.All(StagesOf(result), stage => Assert.Equal(0, stage.Error));
        Assert.InRange(new FileInfo(ProofOf(trained.Path)).Length, 100_000, ProofBytes);
    }

    [Theory]
    [MemberData(nameof(OtherDevices))]
    public void Run_OnAnotherDevice_Holds(string device)
    {
        JsonElement result = Verify(trained.Path, ExitCodes.Done, device);
        Assert.Equal(AllStages, StagesOf(result).Select(stage => stage.Name));
    }

    [Fact]
    public void Proof_OfTheSameTraining_HasTheSameBytes_AndThatOfAnInterruptedOneToo()
    {
        trained.Train("again", epochs: 2).Succeeded();
        trained.Train("halves", epochs: 1).Succeeded();
        byte[] half = File.ReadAllBytes(ProofOf(trained["halves"]));
        CliRun.Of("train", "--resume", trained["halves"], "--epochs", "2").Succeeded();

        byte[] expected = File.ReadAllBytes(ProofOf(trained.Path));
        Assert.Equal(expected, File.ReadAllBytes(ProofOf(trained["again"])));
        Assert.Equal(expected, File.ReadAllBytes(ProofOf(trained["halves"])));
        Assert.NotEqual(expected, half);
    }

    [Theory]
    [InlineData("conv1.weight", "conv1 + relu + pool")]
    [InlineData("dense2.bias", "dense2")]
    [InlineData("normalization.mean", "normalized")]
    [InlineData("normalization.deviation", "normalized")]
    public void ChangedTensor_IsToldByItsStage(string tensor, string stage)
    {
        string run = Copy();
        ChangeWeights(run, tensor, value => value + 0.5f);

        JsonElement result = Verify(run, ExitCodes.Differs);

        Assert.Contains(stage, result.GetProperty("first_parting").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            $"{tensor} is not that of the proof",
            StagesOf(result).Where(one => !one.Holds).Select(one => one.Why), StringComparer.Ordinal);
    }

    [Fact]
    public void WeightThatIsAnotherByOneBit_IsToldThoughTheLogitsHold()
    {
        string run = Copy();
        ChangeWeights(run, "dense1.weight", MathF.BitIncrement);

        JsonElement result = Verify(run, ExitCodes.Differs);

        Assert.Contains("dense1", result.GetProperty("first_parting").GetString(), StringComparison.Ordinal);
        Assert.True(StagesOf(result).Single(stage => stage.Name == "logits").Holds);
    }

    [Theory]
    [InlineData("pre_emphasis", 0.9, "features")]
    [InlineData("min_frequency", 300, "features")]
    [InlineData("sample_rate", 9000, "waveform")]
    public void ChangedFeatureSetting_IsToldByItsStage(string field, double value, string stage)
    {
        string run = Copy();
        string path = Path.Combine(run, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.True(config["features"]!.AsObject().ContainsKey(field), field);
        config["features"]![field] = value;
        File.WriteAllText(path, config.ToJsonString());

        Assert.Equal(stage, Verify(run, ExitCodes.Differs).GetProperty("first_parting").GetString());
    }

    [Fact]
    public void RunWithoutAProof_IsToldInOneSentence_AndTheOthersGoOn()
    {
        string old = Copy();
        File.Delete(ProofOf(old));

        CliRun run = CliRun.Of("verify", $"{old},{trained.Path}", "--device", "cpu", "--json");

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains(
            $"'{old}' has no proof.safetensors: its training", Assert.Single(run.Error), StringComparison.Ordinal);
        Assert.True(Assert.Single(run.Json).GetProperty("holds").GetBoolean());
    }

    [Fact]
    public void DamagedProof_AndFolderOfAnExport_AreToldInOneSentence()
    {
        string run = Copy();
        byte[] proof = File.ReadAllBytes(ProofOf(run));
        File.WriteAllBytes(ProofOf(run), proof[..^1]);
        CliRun.Of("verify", run, "--device", "cpu").FailedNaming($"the proof of '{run}' cannot be used");

        File.WriteAllBytes(ProofOf(run), proof);
        File.Delete(Path.Combine(run, "config.json"));
        File.Delete(Path.Combine(run, "model.safetensors"));
        CliRun.Of("verify", run, "--device", "cpu").FailedNaming("verify the run that it was made of");
    }

    [Fact]
    public void ProofOfALaterVersion_IsRefusedAsOne()
    {
        string run = Copy();
        SafeTensorsFile file = SafeTensors.Read(ProofOf(run));
        SafeTensors.Write(
            ProofOf(run), file.Tensors, new Dictionary<string, string>(file.Metadata) { ["version"] = "2" });

        CliRun.Of("verify", run, "--device", "cpu").FailedNaming("version '2', and this program reads version 1");
    }

    [Fact]
    public void Run_OfFoldsAtAnotherRate_IsVerifiedFoldByFold_FromTheSoundBeforeResampling()
    {
        using var sounds = new SoundFolder();
        for (int i = 0; i < 12; i++)
        {
            sounds.Write($"{(i % 2 == 0 ? "low" : "high")}/{(i < 6 ? "ann" : "bob")}_{i}.wav", i % 2, i);
        }

        CliRun.Of(
            "train", "--data", sounds.Path, "--group", "prefix", "--folds", "--epochs", "1", "--sample-rate", "6000",
            "--output", trained["folds"], "--device", "cpu", "--no-cache").Succeeded();

        CliRun run = CliRun.Of("verify", trained["folds"], "--device", "cpu", "--json").Succeeded();

        Assert.Equal(RunSet.Of(trained["folds"]), run.Json.Select(one => one.GetProperty("run").GetString()));
        Assert.All(run.Json, one =>
        {
            Assert.Equal(["waveform", .. AllStages], StagesOf(one).Select(stage => stage.Name));
            Assert.All(StagesOf(one), stage => Assert.Equal(0, stage.Error));
        });
        ModelProof proof = ModelProof.Load(ProofOf(RunSet.Of(trained["folds"])[0]));
        Assert.Equal(SoundFolder.SampleRate, proof.Setting.SoundRate);
        Assert.All(proof.Setting.Clips, clip => Assert.EndsWith(".wav", clip, StringComparison.Ordinal));
    }

    [Fact]
    public void SavedClassifier_AndMeanOfRuns_CarryAProofThatHolds()
    {
        string old = Copy();
        File.Delete(ProofOf(old));
        using (var classifier = Classifier.Load(trained.Path, "cpu"))
        {
            classifier.Save(trained["saved"]);
        }

        using (var classifier = Classifier.Load(old, "cpu"))
        {
            classifier.Save(trained["proved"]);
        }

        trained.Train("other", epochs: 1).Succeeded();
        CliRun.Of("average", trained.Path, trained["other"], "--output", trained["mean"]).Succeeded();

        Assert.Equal(File.ReadAllBytes(ProofOf(trained.Path)), File.ReadAllBytes(ProofOf(trained["saved"])));
        Assert.All(
            (string[])["saved", "proved", "mean"],
            run => Assert.All(StagesOf(Verify(trained[run], ExitCodes.Done)), stage => Assert.Equal(0, stage.Error)));
        Assert.Contains("sine (made)", ModelProof.Load(ProofOf(trained["proved"])).Setting.Clips);
    }

    /// <summary>A device that computes wrongly: here its weights are others than those of the run beside it.</summary>
    [Fact]
    public void LayerThatComputesWrongly_IsNamedByItsNumbers()
    {
        using var device = ComputeDevice.Open("cpu", 1);
        var model = TrainedModel.Load(device, trained.Path);
        Parameter bias = model.Network.Parameters.All.Single(one => one.Name == "dense1.bias");
        bias.Value.CopyFrom(Array.ConvertAll(bias.Value.ToArray(), value => value + 1));

        IReadOnlyList<ProofStage> stages = LayerComparison.Of(
            model, host => TrainedModel.Load(host, trained.Path, fused: false),
            ModelProof.Load(ProofOf(trained.Path)), [], tolerance: 1e-4);

        Assert.All(stages.SkipLast(1), stage => Assert.True(stage.Holds, stage.Name));
        Assert.Contains("dense1", stages[^1].Name, StringComparison.Ordinal);
        Assert.InRange(stages[^1].LargestError, 0.9, 1.1);
        Assert.Null(stages[^1].Why);
    }

    [Theory]
    [InlineData(2, 2.0001, true)]
    [InlineData(2, 2.0003, false)]
    [InlineData(0.5, 0.50009, true)]
    [InlineData(0.5, double.NaN, false)]
    public void Stage_HoldsByItsLargestNumber(double expected, double got, bool holds)
    {
        var stage = ProofStage.Compare("logits", [1, 2], [0, (float)expected], [0, (float)got], 1e-4);
        Assert.Equal(holds, stage.Holds);
        Assert.Equal("[0,1]", stage.Place);
    }

    private const long ProofBytes = (1 << 20) + 10_000;

    private static string ProofOf(string run) => Path.Combine(run, ModelProof.FileName);

    private static JsonElement Verify(string run, int exitCode, string device = "cpu")
    {
        CliRun verified = CliRun.Of("verify", run, "--device", device, "--json");
        Assert.True(verified.ExitCode == exitCode, string.Join('\n', verified.Output.Concat(verified.Error)));
        return Assert.Single(verified.Json);
    }

    private static Stage[] StagesOf(JsonElement result) =>
    [
        .. result.GetProperty("stages").EnumerateArray().Select(stage => new Stage(
            stage.GetProperty("stage").GetString()!, stage.GetProperty("holds").GetBoolean(),
            stage.GetProperty("largest_error").GetDouble(),
            stage.TryGetProperty("why", out JsonElement why) ? why.GetString() : null)),
    ];

    private static void ChangeWeights(string run, string tensor, Func<float, float> change)
    {
        string path = Path.Combine(run, "model.safetensors");
        SafeTensorsFile file = SafeTensors.Read(path);
        float[] values = file[tensor].AsFloat32().ToArray();
        values[0] = change(values[0]);
        SafeTensors.Write(
            path,
            new Dictionary<string, SafeTensor>(file.Tensors)
            {
                [tensor] = SafeTensor.From<float>(values, file[tensor].Shape),
            },
            file.Metadata);
    }

    private string Copy()
    {
        string run = trained[$"copy-{Guid.NewGuid():N}"];
        Directory.CreateDirectory(run);
        foreach (string file in (string[])["config.json", "model.safetensors", ModelProof.FileName])
        {
            File.Copy(Path.Combine(trained.Path, file), Path.Combine(run, file));
        }

        return run;
    }

    private sealed record Stage(string Name, bool Holds, double Error, string? Why);
}
