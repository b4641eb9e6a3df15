// `nativecnn import`: weights by name, by shape and order, and what does not fit. The files are written here, as
// PyTorch would.
using System.Runtime.InteropServices;
using NativeCnn.Cli.Errors;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Exporting;

public sealed class RunImportTests(TrainedRun run) : IDisposable, IClassFixture<TrainedRun>
{
    private const string Layers = """
        {"name":"net","layers":[
          {"type":"conv1d","filters":6,"taps":3},{"type":"batch_norm1d"},{"type":"relu"},
          {"type":"conv1d","filters":6,"taps":3,"bias":false},
          {"type":"conv1d","filters":6,"taps":3,"bias":false},
          {"type":"global_average_pool"},{"type":"dense"}]}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Run_ThatWasExportedToPyTorch_ComesBackWithTheSameBytes()
    {
        CliRun exported = CliRun.Of("export", run.Path, folder["pt"], "--format", "pytorch").Succeeded();
        RunConfig config = RunConfig.Load(RunFolder.Open(run.Path).ConfigPath);

        CliRun imported = CliRun.Of(
            "import", folder["pt/model.safetensors"], "--model", "article", "--features", "mfcc",
            "--sample-rate", "8000", "--clip-seconds", "0.25", "--labels", string.Join(',', config.Labels),
            "--output", folder["back"]).Succeeded();

        Assert.Contains("3 by name", imported.Output[1], StringComparison.Ordinal);
        Assert.Equal(4, exported.Output.Length);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run.Path, "model.safetensors")),
            File.ReadAllBytes(folder["back/model.safetensors"]));
        CliRun.Of("import", folder["pt/model.safetensors"], "--output", folder["back"]).FailedNaming("not empty");
    }

    [Fact]
    public void ImportedRun_PredictsEvaluatesExportsAndIsTrainedOn()
    {
        CliRun.Of("export", run.Path, folder["pt"], "--format", "pytorch").Succeeded();
        string[] labels = [.. RunConfig.Load(RunFolder.Open(run.Path).ConfigPath).Labels];
        File.WriteAllLines(folder["labels.txt"], labels);
        CliRun.Of(
            "import", folder["pt/model.safetensors"], "--features", "mfcc", "--sample-rate", "8000", "--clip-seconds",
            "0.25", "--labels", folder["labels.txt"], "--output", folder["back"], "--json").Succeeded();
        using var sounds = SoundFolder.OfClasses(3, 2);
        string clips = sounds.Path;
        string sound = Directory.GetFiles(clips, "*.wav", SearchOption.AllDirectories).Order().First();

        Assert.Equal(Predicted(run.Path), Predicted(folder["back"]));
        Assert.Equal(Evaluated(run.Path), Evaluated(folder["back"]));
        CliRun.Of("export", folder["back"], folder["again"], "--format", "pytorch").Succeeded();
        Assert.Equal(
            File.ReadAllBytes(folder["pt/model.safetensors"]), File.ReadAllBytes(folder["again/model.safetensors"]));
        CliRun.Of(
            "train", "--clips-per-class", "4", "--clip-seconds", "0.25", "--epochs", "1", "--seed", "3", "--device",
            "cpu", "--init", folder["back"], "--output", folder["tuned"]).Succeeded();

        string[] Predicted(string from) =>
            CliRun.Of("predict", from, sound, "--device", "cpu").Succeeded().Output;

        double Evaluated(string from) => CliRun.Of(
            "evaluate", from, "--data", clips, "--device", "cpu", "--no-cache", "--json").Succeeded().Json[0]
            .GetProperty("loss").GetDouble();
    }

    [Fact]
    public void Weights_OfASequential_AreTakenInTheOrderOfItsNumbers()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();

        CliRun imported = Import(tensors).Succeeded();

        SafeTensorsFile made = SafeTensors.Read(folder["run/model.safetensors"]);
        Assert.Equal(tensors["features.3.weight"].Bytes.ToArray(), made["conv2.weight"].Bytes.ToArray());
        Assert.Equal(tensors["features.10.weight"].Bytes.ToArray(), made["conv3.weight"].Bytes.ToArray());
        Assert.Equal(tensors["features.1.running_var"].Bytes.ToArray(), made["norm1.running_variance"].Bytes.ToArray());
        Assert.Equal(Enumerable.Repeat(1f, 5), made["normalization.deviation"].AsFloat32().ToArray());
        string said = string.Join('\n', imported.Output);
        Assert.Contains("conv3 is 'features.10'", said, StringComparison.Ordinal);
        Assert.Contains("1 num_batches_tracked left out", said, StringComparison.Ordinal);
        Assert.Contains("mean 0, deviation 1", said, StringComparison.Ordinal);
        Assert.Contains("labels 0 to 3", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_OfOtherPrecisions_AreRoundedTo32Bits()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        float[] values = [.. tensors["head.weight"].AsFloat32()];
        tensors["head.weight"] = SafeTensor.From<Half>(Array.ConvertAll(values, one => (Half)one), 4, 6);
        tensors["head.bias"] = SafeTensor.From<double>([1.0 / 3, 2, 3, 4], 4);
        ushort[] upper = [0x3F80, 0xC000, 0x3E80, 0, 0, 0];
        tensors["features.0.bias"] = new SafeTensor(
            SafeTensorType.BF16, [6], MemoryMarshal.AsBytes<ushort>(upper).ToArray());

        Import(tensors).Succeeded();

        SafeTensorsFile made = SafeTensors.Read(folder["run/model.safetensors"]);
        Assert.Equal(Array.ConvertAll(values, one => (float)(Half)one), made["dense1.weight"].AsFloat32().ToArray());
        Assert.Equal([1f / 3, 2, 3, 4], made["dense1.bias"].AsFloat32().ToArray());
        Assert.Equal([1f, -2, 0.25f, 0, 0, 0], made["conv1.bias"].AsFloat32().ToArray());
    }

    [Fact]
    public void Weights_WhoseNamesSayNoOrder_AreRefusedWithBothCandidates()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        Rename(tensors, "features.3.weight", "left.weight");
        Rename(tensors, "features.10.weight", "right.weight");

        CliRun refused = Import(tensors, "--labels", "a,b,c,d");

        refused.FailedNaming("conv2 and conv3");
        Assert.Contains("'left' or 'right'", refused.Error[0], StringComparison.Ordinal);
        Rename(tensors, "left.weight", "conv3.weight");
        Import(tensors).Succeeded();
        Assert.Equal(
            tensors["right.weight"].Bytes.ToArray(),
            SafeTensors.Read(folder["run/model.safetensors"])["conv2.weight"].Bytes.ToArray());
    }

    [Fact]
    public void Weights_ThatDoNotFit_AreListedWithWhatWasExpected()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        tensors["features.0.weight"] = Random(7, 5, 3);
        tensors.Remove("features.1.running_mean");
        tensors.Add("spare.weight", Random(2, 2));

        CliRun refused = Import(tensors, "--labels", "a,b,c,d");

        refused.FailedNaming("'features.0.weight' is [7, 5, 3], and conv1.weight takes [6, 5, 3]");
        Assert.Contains("'features.1' has no running_mean", refused.Error[0], StringComparison.Ordinal);
        Assert.Contains("no layer takes 'spare.weight' [2, 2]", refused.Error[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run"]));
        Import(tensors).FailedNaming("--labels");
    }

    [Fact]
    public void Weights_ThatAreSpare_AreTold()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        tensors.Add("spare.weight", Random(2, 2));

        Assert.Contains(
            Import(tensors, "--labels", "a,b,c,d").Succeeded().Output,
            line => line.Contains("left out: 'spare.weight' F32 [2, 2]", StringComparison.Ordinal));
    }

    [Fact]
    public void Normalisation_InTheFile_IsTheRunsOwn()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        tensors.Add("normalization.mean", SafeTensor.From<float>([1, 2, 3, 4, 5], 5));
        tensors.Add("normalization.deviation", SafeTensor.From<float>([5, 4, 3, 2, 1], 5));

        Import(tensors).Succeeded();

        Assert.Equal(
            [5f, 4, 3, 2, 1],
            SafeTensors.Read(folder["run/model.safetensors"])["normalization.deviation"].AsFloat32().ToArray());
        tensors["normalization.mean"] = Random(3);
        Directory.Delete(folder["run"], recursive: true);
        Import(tensors).FailedNaming("give both as [5]");
    }

    [Theory]
    [InlineData("model.pt", "")]
    [InlineData("pytorch_model.bin", "")]
    [InlineData("weights.safetensors", "PK\x03\x04")]
    public void Pickle_OfPyTorch_IsRefusedWithTheLineThatConvertsIt(string name, string content)
    {
        folder.Text(name, content);

        CliRun.Of("import", folder[name], "--output", folder["run"]).FailedNaming(
            $"save_file(torch.load('{name}', map_location='cpu', weights_only=True), '");
    }

    [Fact]
    public void Weights_WhoseHeaderIsAsLongAsAPickleBegins_AreRead()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        folder.Text("net.json", Layers);
        byte[] first;
        string padding = "";
        do
        {
            padding += "........";
            SafeTensors.Write(
                folder["net.safetensors"], tensors, new Dictionary<string, string> { ["padding"] = padding });
            first = File.ReadAllBytes(folder["net.safetensors"])[..2];
        }
        while (first is not [0x80, >= 2 and <= 5]);

        Import().Succeeded();
    }

    [Fact]
    public void Numbers_ThatNoWeightCanBe_AreRefused()
    {
        Dictionary<string, SafeTensor> tensors = Sequential();
        tensors["head.bias"] = SafeTensor.From<float>([1, float.NaN, 0, 0], 4);
        Import(tensors).FailedNaming("'head.bias'");
        tensors["head.bias"] = SafeTensor.From<long>([1, 2, 3, 4], 4);
        Import(tensors).FailedNaming("floating-point");
        folder.Text("net.json", Layers);
        CliRun missing = CliRun.Of("import", folder["none.safetensors"], "--model", folder["net.json"]);
        Assert.Equal(ExitCodes.BadInput, missing.ExitCode);
    }

    /// <summary>The state_dict of an nn.Sequential called features with a linear head behind it.</summary>
    private static Dictionary<string, SafeTensor> Sequential() => new()
    {
        ["features.0.weight"] = Random(6, 5, 3),
        ["features.0.bias"] = Random(6),
        ["features.1.weight"] = Random(6),
        ["features.1.bias"] = Random(6),
        ["features.1.running_mean"] = Random(6),
        ["features.1.running_var"] = Random(6),
        ["features.1.num_batches_tracked"] = SafeTensor.From<long>([10]),
        ["features.10.weight"] = Random(6, 6, 3),
        ["features.3.weight"] = Random(6, 6, 3),
        ["head.weight"] = Random(4, 6),
        ["head.bias"] = Random(4),
    };

    private static SafeTensor Random(params int[] shape)
    {
        int count = shape.Aggregate(1, (all, one) => all * one);
        return SafeTensor.From<float>(
            [.. Enumerable.Range(0, count).Select(_ => 0.1f + System.Random.Shared.NextSingle())], shape);
    }

    private static void Rename(Dictionary<string, SafeTensor> tensors, string from, string to)
    {
        tensors.Add(to, tensors[from]);
        tensors.Remove(from);
    }

    private CliRun Import(Dictionary<string, SafeTensor> tensors, params string[] more)
    {
        SafeTensors.Write(folder["net.safetensors"], tensors);
        return Import(more);
    }

    private CliRun Import(params string[] more)
    {
        folder.Text("net.json", Layers);
        folder.Text("features.json", """
            {"kind":"logmel","sample_rate":8000,"fft_size":256,"hop_length":80,"mel_bands":5,"coefficients":5}
            """);
        return CliRun.Of([
            "import", folder["net.safetensors"], "--model", folder["net.json"], "--features", folder["features.json"],
            "--clip-seconds", "0.5", "--output", folder["run"], .. more]);
    }
}
