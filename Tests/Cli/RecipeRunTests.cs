using System.Text.Json;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>Recipes, runs like others, weights of others, and their mean, by the program's own commands.</summary>
public sealed class RecipeRunTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private static readonly string[] Odd =
    [
        "--ema", "0.9", "--decay", "weights", "--optimizer", "adamw", "--weight-decay", "0.1", "--accumulate", "2",
        "--clip-norm", "1", "--warm-up", "0.5", "--schedule", "cosine", "--augment", "time-masks=1:4",
    ];

    [Fact]
    public void Train_LikeARun_GivesItsModelByteForByte()
    {
        trained.Train("odd", 2, Odd).Succeeded();

        CliRun.Of("train", "--like", trained["odd"], "--output", trained["again"], "--json").Succeeded();

        Assert.Equal(trained.Model("odd"), trained.Model("again"));
        Assert.Equal(Text("odd", "recipe.toml"), Text("again", "recipe.toml"));
    }

    [Fact]
    public void Train_ByTheRecipeOfARun_GivesItsModelByteForByte()
    {
        trained.Train("first", 2, Odd).Succeeded();

        trained.Train("second", epochs: 2, "--recipe", Path.Combine(trained["first"], "recipe.toml")).Succeeded();

        Assert.Equal(trained.Model("first"), trained.Model("second"));
    }

    [Fact]
    public void RecipeOfARun_SaysWhatTheRunUsed()
    {
        trained.Train("told", 1, [.. Odd, "--learning-rate", "0.02"]).Succeeded();

        var recipe = Recipe.Load(Path.Combine(trained["told"], "recipe.toml"));

        Assert.Equal(0.02f, recipe.Training.LearningRate);
        Assert.Equal(0.9f, recipe.Training.AverageDecay);
        Assert.Equal(2, recipe.Training.Accumulate);
        Assert.Equal(1, recipe.Training.Epochs);
        Assert.NotNull(recipe.Features.Settings);
        Assert.Equal(Text("told", "recipe.toml"), string.Join('\n', CliRun.PageOf("recipe", trained["told"])) + "\n");
    }

    [Fact]
    public void Train_BySounds_Learns_AndItsExportsHold()
    {
        CliRun run = trained.Train("sounds", 15, "--recipe", "sounds").Succeeded();

        // These clips have a quarter of a second; the recipe's shift is for clips of some.
        Assert.Contains(
            [.. run.Output, .. run.Error],
            line => line.Contains("shift is 0.06 s, a quarter of a clip, where 1 s were asked for"));

        string log = Path.Combine(trained["sounds"], "metrics.jsonl");
        using var last = JsonDocument.Parse(File.ReadLines(log).Last());
        Assert.InRange(last.RootElement.GetProperty("validation_accuracy").GetDouble(), 0.5, 1);
        Assert.Equal(22_050, Recipe.Load(Path.Combine(trained["sounds"], "recipe.toml")).SampleRate);
        foreach (string format in new[] { "onnx", "pytorch" })
        {
            string export = trained[$"sounds-{format}"];
            CliRun.Of("export", trained["sounds"], export, "--format", format).Succeeded();
            CliRun.Of("verify", export, "--device", "cpu").Succeeded();
        }
    }

    [Fact]
    public void Train_WithOptionsBesideARecipe_TakesTheOptions()
    {
        string file = trained["mine.toml"];
        File.WriteAllText(
            file,
            "network = \"deep\"\n[training]\nepochs = 7\nlearning_rate = 0.5\n[training.optimizer]\ntype = \"sgd\"\n");

        trained.Train("given", 1, "--recipe", file, "--learning-rate", "0.01").Succeeded();

        var recipe = Recipe.Load(Path.Combine(trained["given"], "recipe.toml"));
        Assert.Equal(0.01f, recipe.Training.LearningRate);
        Assert.Equal(1, recipe.Training.Epochs);
        Assert.Equal("deep", recipe.Network.Name);
        Assert.Contains("\"sgd\"", Text("given", "config.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new string[] { }, 23, true)] // 70 presentations of 10 classes by 30 clips.
    [InlineData(new[] { "--epochs", "2" }, 2, false)]
    public void Train_ByARecipeWithPresentations_FitsItsEpochs(string[] options, int expected, bool says)
    {
        string file = trained["presented.toml"];
        File.WriteAllText(file, "network = \"article\"\n[training]\nepochs = 30\npresentations = 70\n");

        CliRun run = CliRun.Of(
            [
                "train", "--recipe", file, "--clips-per-class", "4", "--output", trained[$"presented{expected}"],
                "--json", .. options,
            ]).Succeeded();

        var recipe = Recipe.Load(Path.Combine(trained[$"presented{expected}"], "recipe.toml"));
        Assert.Equal((expected, 0), (recipe.Training.Epochs, recipe.Training.Presentations));
        Assert.Equal(says, run.Error.Any(line => line.Contains("presentations", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("keywrds", "keywrds")]
    [InlineData("absent.toml", "absent.toml")]
    public void Train_WithARecipeThatIsNone_SaysSo(string name, string word) =>
        CliRun.Of("train", "--recipe", name, "--json").FailedNaming(word);

    [Fact]
    public void Train_WithContradictoryOptions_SaysSo()
    {
        CliRun.Of("train", "--recipe", "deep", "--like", "somewhere").FailedNaming("--like");
        CliRun.Of("train", "--minutes", "1", "--epochs", "3").FailedNaming("--minutes");
    }

    [Fact]
    public void Train_FromTheWeightsOfARun_BeginsWithThem()
    {
        trained.Train("source", 1).Succeeded();

        CliRun run = trained.Train("fine", 1, "--init", trained["source"], "--freeze", "conv1,dense").Succeeded();

        SafeTensorsFile source = SafeTensors.Read(Path.Combine(trained["source"], "model.safetensors"));
        SafeTensorsFile fine = SafeTensors.Read(Path.Combine(trained["fine"], "model.safetensors"));
        foreach ((string name, SafeTensor tensor) in source.Tensors)
        {
            Assert.Equal(tensor.AsFloat32().ToArray(), fine[name].AsFloat32().ToArray());
        }

        Assert.Contains(run.Error, line => line.Contains(trained["source"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deep", 1)]
    [InlineData("keywords", 4)]
    public void InitialWeights_ForOtherClasses_AreAllButTheLastLayers(string recipe, int heads)
    {
        trained.Train(recipe, 1, "--recipe", recipe).Succeeded();
        RunConfig its = RunConfig.Load(Path.Combine(trained[recipe], "config.json"));
        SafeTensorsFile source = SafeTensors.Read(Path.Combine(trained[recipe], "model.safetensors"));
        RunConfig config = its with { Init = trained[recipe], Labels = [.. its.Labels.Reverse()] };
        var network = new Network(
            TestDevices.Get("cpu"), new NetworkGraph(config.Model, config.Input, config.Labels.Count), seed: 99);
        string[] last = [.. network.Graph.Heads().Select(head => head.Name)];
        Assert.Equal(heads, last.Length);

        string told = InitialWeights.Take(network, config);

        foreach ((string name, float[] value) in network.Parameters.All.Select(one => (one.Name, one.Value.ToArray()))
            .Concat(network.Parameters.States.Select(one => (one.Name, one.Value.ToArray()))))
        {
            bool isNew = last.Contains(name.Split('.')[0]);
            Assert.Equal(!isNew, source[name].AsFloat32().SequenceEqual(value));
        }

        Assert.Contains($"new: {last.Order().First()}", told, StringComparison.Ordinal);
        Assert.Contains("classes are others", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Average_OfRuns_IsTheMeanOfTheirWeights()
    {
        trained.Train("a", 1, "--learning-rate", "0.01").Succeeded();
        trained.Train("b", 1, "--learning-rate", "0.02").Succeeded();

        CliRun.Of("average", trained["a"], trained["b"], "--output", trained["mean"]).Succeeded();

        float[] a = Weights("a");
        float[] b = Weights("b");
        Assert.Equal([.. a.Zip(b, (one, other) => (float)((one + (double)other) / 2))], Weights("mean"));
        CliRun.Of("model", "summary", trained["mean"]).Succeeded();
        CliRun.Of("average", trained["a"], "--output", trained["alone"]).FailedNaming("two runs");
        CliRun.Of("average", trained["a"], trained["b"], "--output", trained["mean"]).FailedNaming("not empty");
    }

    [Fact]
    public void Train_OnStretches_ResumesAndIsUsedByThem()
    {
        string[] crops = ["--crop", "0.2", "--test-crops", "3", "--augment", "shift=0.02,time-masks=1:3"];
        trained.Train("crops", 2, crops).Succeeded();
        trained.Train("begun", 1, crops).Succeeded();
        CliRun.Of("train", "--resume", trained["begun"], "--epochs", "2", "--json").Succeeded();

        Assert.Equal(trained.Model("crops"), trained.Model("begun"));
        string sound = trained["sound.wav"];
        WavWriter.WriteFloat32(sound, Randoms.Normal(2000, seed: 1, 0.1), 8000);
        CliRun.Of("predict", trained["crops"], sound, "--json").Succeeded();
        CliRun.Of("train", "--test-crops", "3", "--output", trained["none"]).FailedNaming("--crop");
        CliRun step = CliRun.Of("step", trained["crops"], "--capture", trained["step.safetensors"]);
        Assert.Equal(2, step.ExitCode);
        Assert.Contains("--crop", step.Error[^1], StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void Train_WithinMinutes_FitsItsEpochs()
    {
        CliRun run = CliRun.Of(
            "train", "--minutes", "0.05", "--clips-per-class", "4", "--output", trained["short"], "--json").Succeeded();

        int planned = JsonDocument.Parse(Text("short", "config.json")).RootElement
            .GetProperty("training").GetProperty("epochs").GetInt32();
        int done = File.ReadAllLines(Path.Combine(trained["short"], "metrics.jsonl")).Length;
        Assert.InRange(done, 1, planned);
        Assert.Contains(run.Error, line => line.Contains("--minutes", StringComparison.Ordinal));
        double seconds = File.ReadLines(Path.Combine(trained["short"], "metrics.jsonl")).Sum(
            line => JsonDocument.Parse(line).RootElement.GetProperty("seconds").GetDouble());
        // One epoch is done whatever it takes.
        Assert.True(done == 1 || seconds < 3.5, $"{done} epochs took {seconds} s");
    }

    private string Text(string run, string file) => File.ReadAllText(Path.Combine(trained[run], file));

    private float[] Weights(string run) =>
        SafeTensors.Read(Path.Combine(trained[run], "model.safetensors"))["conv1.weight"].AsFloat32().ToArray();
}
