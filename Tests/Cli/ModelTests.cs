using System.Text.Json;
using Json.Schema;
using NativeCnn.Features.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary><c>model</c>: figures worked out by hand, and lists that hold all there is.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Summary_OfTheArticlesNetwork_HasTheFiguresOfItsShapes()
    {
        JsonElement line = Assert.Single(CliRun.Of("model", "summary", "article", "--json").Succeeded().Json);

        Assert.Equal("article", line.GetProperty("network").GetString());
        Assert.Equal([40, 100], Numbers(line.GetProperty("input")));
        Assert.Equal(10, line.GetProperty("classes").GetInt32());
        Assert.Equal(64, line.GetProperty("batch_size").GetInt32());
        Assert.Equal(
            ["conv1", "relu1", "pool1", "flatten1", "dense1", "relu2", "dropout1", "dense2"], Names(line));
        AssertLayer(line, "conv1", "conv1d", [64, 97], (64 * 40 * 4) + 64, 2L * 64 * 97 * 40 * 4, 4 * 64 * 97);
        AssertLayer(line, "pool1", "max_pool1d", [64, 48], 0, 64 * 48 * 2, 4 * 64 * 48);
        AssertLayer(line, "flatten1", "flatten", [3072], 0, 0, 0);
        AssertLayer(line, "dense1", "dense", [128], (3072 * 128) + 128, 2L * 3072 * 128, 4 * 128);
        AssertLayer(line, "dense2", "dense", [10], 1290, 2L * 128 * 10, 40);
        JsonElement[] layers = [.. line.GetProperty("layers").EnumerateArray()];
        foreach (string figure in new[] { "parameters", "operations" })
        {
            Assert.Equal(
                layers.Sum(layer => layer.GetProperty(figure).GetInt64()), line.GetProperty(figure).GetInt64());
        }

        // At least input, logits and the gradients of both; never more than every output twice.
        long inference = line.GetProperty("inference_bytes").GetInt64();
        long training = line.GetProperty("training_bytes").GetInt64();
        long all = 64 * (16_000 + layers.Sum(layer => layer.GetProperty("activation_bytes").GetInt64()));
        Assert.InRange(inference, 64 * (16_000 + 40), all);
        Assert.InRange(training, inference + 1, 2 * all);
        Assert.Contains("conv1 + relu + pool", Texts(line.GetProperty("training_stages")));
        Assert.Contains("conv1 + relu + pool", Texts(line.GetProperty("inference_stages")));
    }

    [Fact]
    public void Summary_AsATable_TotalsMemoryAndFusions()
    {
        string[] lines = CliRun.Of("model", "summary", "deep", "--batch-size", "1").Succeeded().Output;

        Assert.StartsWith("deep: input [40, 100], 10 classes", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^name +layer +output +parameters +operations +bytes$", lines[1]);
        Assert.Matches(@"^conv1 +conv1d +\[64, 100\] +7,680 +1\.54 M +25,600$", lines[2]);
        Assert.Contains(lines, line => line.StartsWith("total ", StringComparison.Ordinal) &&
            line.Contains("84,618", StringComparison.Ordinal));
        Assert.Matches(
            @"^memory of a mini-batch of 1 on cpu: 0\.\d\d MB in training, 0\.\d\d MB in inference$", lines[^4]);
        Assert.StartsWith(
            "memory of the parameters: 0.34 MB of weights, 0.34 MB of gradients", lines[^3], StringComparison.Ordinal);
        Assert.Equal(
            "layers that run together in training: conv1 + norm + relu + pool; conv2 + norm + relu + pool; " +
            "conv3 + norm + relu", lines[^2]);
        Assert.StartsWith(
            "layers that run together in inference: conv1 + norm + relu + pool; ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_OfALargerMiniBatch_TakesMoreMemoryAndNoMoreOfTheRest()
    {
        JsonElement one = CliRun.Of("model", "summary", "deep", "--batch-size", "1", "--json").Succeeded().Json[0];
        JsonElement many = CliRun.Of("model", "summary", "deep", "--batch-size", "100", "--json").Succeeded().Json[0];

        Assert.InRange(
            many.GetProperty("training_bytes").GetDouble() / one.GetProperty("training_bytes").GetDouble(), 50, 101);
        Assert.Equal(one.GetProperty("parameters").GetInt64(), many.GetProperty("parameters").GetInt64());
        Assert.Equal(one.GetProperty("operations").GetInt64(), many.GetProperty("operations").GetInt64());
    }

    [Fact]
    public void Summary_OfANetworkOnSamples_TakesASecondOfThem() => Assert.Equal(
        [1, 8000],
        Numbers(CliRun.Of("model", "summary", "raw", "--json").Succeeded().Json[0].GetProperty("input")));

    [Fact]
    public void Summary_OfAFile_TakesInputAndClassesAndNamesInnerLayers()
    {
        string file = folder.Text("mine.json", """
            {"name": "mine", "layers": [
                {"type": "residual", "layers": [{"type": "conv1d", "filters": 20, "taps": 3, "padding": 1}]},
                {"type": "global_average_pool"}, {"type": "dense"}]}
            """);
        JsonElement line = CliRun.Of(
            "model", "summary", file, "--input", "20x63", "--classes", "35", "--json").Succeeded().Json[0];

        Assert.Equal("mine", line.GetProperty("network").GetString());
        Assert.Equal([20, 63], Numbers(line.GetProperty("input")));
        Assert.Equal(["residual1.conv1", "residual1.add1", "pool1", "dense1"], Names(line));
        AssertLayer(line, "dense1", "dense", [35], (20 * 35) + 35, 2 * 20 * 35, 4 * 35);
    }

    [Fact]
    public void Summary_OfARun_TakesItsInputAndClasses()
    {
        string run = WriteRun("run");
        JsonElement line = CliRun.Of("model", "summary", run, "--json").Succeeded().Json[0];

        Assert.Equal("article", line.GetProperty("network").GetString());
        Assert.Equal([40, 26], Numbers(line.GetProperty("input")));
        Assert.Equal(3, line.GetProperty("classes").GetInt32());
        CliRun.Of("model", "summary", run, "--input", "40x100").FailedNaming("leave --input out");
        CliRun.Of("model", "summary", run, "--classes", "3").FailedNaming("leave --classes out");
        CliRun.Of("model", "summary", folder.Path).FailedNaming("no config.json in it");
    }

    [Fact]
    public void Summary_OfARunWithAWrongNetwork_NamesTheFile()
    {
        string config = Path.Combine(WriteRun("damaged"), "config.json");
        string text = File.ReadAllText(config);
        File.WriteAllText(config, text.Replace("\"conv1d\"", "\"conv1\"", StringComparison.Ordinal));

        CliRun run = CliRun.Of("model", "summary", Path.GetDirectoryName(config)!);
        run.FailedNaming($"'{config}'");
        run.FailedNaming("model.layers[0].type must be one of activation, ");
        run.FailedNaming("not \"conv1\": did you mean 'conv1d'?");
    }

    [Theory]
    [InlineData("40")]
    [InlineData("40x")]
    [InlineData("40x0")]
    [InlineData("-1x40")]
    [InlineData("40x100x2")]
    [InlineData("99999x99999")]
    [InlineData("forty")]
    public void Summary_BadInput_SaysItsForm(string input) => CliRun.Of("model", "summary", "deep", $"--input={input}")
        .FailedNaming("--input takes CHANNELSxSTEPS, two whole numbers such as 40x100");

    [Theory]
    [InlineData("model summary dep", "'dep': did you mean 'deep'?")]
    [InlineData("model summary missing.json", "'missing.json'")]
    [InlineData("model summary", "'NAME|FILE.json|RUN'")]
    [InlineData("model summary deep --input 40x1", "time steps come in")]
    [InlineData("model summary raw --batch-size 65536", "a mini-batch of 65536 clips [1, 8000] is too large")]
    [InlineData("model summary deep --device abacus", "'abacus'")]
    [InlineData("model layers conv1", "'conv1': did you mean 'conv1d'?")]
    [InlineData("model", "summary, layers, schema")]
    public void BadArguments_GiveOneLineThatNamesThem(string arguments, string named) =>
        CliRun.Of(arguments.Split(' ')).FailedNaming(named);

    [Fact]
    public void Layers_ListsEveryTypeWithItsFields()
    {
        CliRun run = CliRun.Of("model", "layers", "--json").Succeeded();
        // Layers that other tests registered come from an assembly without descriptions, which is told.
        Assert.DoesNotContain(run.Error, line => line.Contains("NativeCnn.Model.xml", StringComparison.Ordinal));
        Assert.Equal(LayerTypes.Names, run.Json.Select(line => line.GetProperty("type").GetString()));

        JsonElement conv = run.Json.Single(line => line.GetProperty("type").GetString() == "conv1d");
        Assert.Equal("[C, T] -> [filters, L]", conv.GetProperty("shapes").GetString());
        Assert.Equal("Convolution over time.", conv.GetProperty("description").GetString());
        JsonElement[] fields = [.. conv.GetProperty("fields").EnumerateArray()];
        Assert.Equal(
            ["filters", "taps", "stride", "padding", "dilation", "groups", "bias", "as", "from"],
            fields.Select(field => field.GetProperty("name").GetString()!));
        Assert.True(fields[1].GetProperty("required").GetBoolean());
        Assert.False(fields[1].TryGetProperty("default", out _));
        Assert.Equal(1, fields[2].GetProperty("default").GetInt32());
        Assert.Equal("Time steps between two outputs.", fields[2].GetProperty("description").GetString());
        Assert.Equal(["integer", "string"], Texts(fields[3].GetProperty("types")));
        Assert.True(fields[6].GetProperty("default").GetBoolean());
    }

    [Fact]
    public void Layers_OfOneType_PrintsALineAField()
    {
        string[] lines = CliRun.Of("model", "layers", "conv1d").Succeeded().Output;

        Assert.Equal("conv1d  [C, T] -> [filters, L]  Convolution over time.", lines[0]);
        Assert.Matches(@"^  taps +a whole number +required +Kernel taps R\.$", lines[2]);
        Assert.Matches(@"^  stride +a whole number +default 1 +Time steps between two outputs\.$", lines[3]);
        Assert.Equal("as every layer:", lines[8]);
        Assert.Matches(@"^  as +a text +optional ", lines[9]);
        Assert.Equal(11, lines.Length);
    }

    [Fact]
    public void Schema_IsOneJsonSchemaThatEveryLayerTypeIsIn()
    {
        string text = string.Join('\n', CliRun.Of("model", "schema").Succeeded().Output);
        using JsonDocument document = JsonDocument.Parse(text);

        Assert.Equal(
            "https://json-schema.org/draft/2020-12/schema", document.RootElement.GetProperty("$schema").GetString());
        JsonElement definitions = document.RootElement.GetProperty("$defs");
        Assert.All(LayerTypes.Names, type => Assert.Equal(
            type,
            definitions.GetProperty($"layer-{type}").GetProperty("properties").GetProperty("type").GetProperty("const")
                .GetString()));
        using JsonDocument meta = JsonDocument.Parse(text);
        Assert.True(MetaSchemas.Draft202012.Evaluate(meta.RootElement).IsValid);
    }

    [Fact]
    public void JsonNames_FindTheValuesTheyAreOf() => Assert.All(
        Enum.GetValues<FeatureMemory>(),
        kind => Assert.Equal(kind, JsonNames.Find(typeof(FeatureMemory), JsonNames.Of(kind))));

    [Fact]
    public void Train_IntoTheFolderOfTheSameRunInOtherText_DoesItOverAgain()
    {
        string[] train =
        [
            "train", "--clips-per-class", "2", "--clip-seconds", "0.25", "--epochs", "1", "--device", "cpu", "--output",
            folder["again"],
        ];
        CliRun.Of(train).Succeeded();
        string config = Path.Combine(folder["again"], "config.json");
        string text = File.ReadAllText(config);

        // An older version left out what it did not know, and wrote its own number.
        string older = text
            .Replace("\"version\": \"", "\"version\": \"0.0.", StringComparison.Ordinal)
            .Replace("  \"own_split\": true,\n", "", StringComparison.Ordinal)
            .Replace("  ", " ", StringComparison.Ordinal);
        Assert.NotEqual(text.Length, older.Length);
        File.WriteAllText(config, older);
        CliRun.Of(train).Succeeded();
        Assert.Equal(text, File.ReadAllText(config));

        File.WriteAllText(config, text.Replace("\"taps\": 4", "\"taps\": 5", StringComparison.Ordinal));
        CliRun.Of(train).FailedNaming("holds another run");
        File.WriteAllText(config, text.Replace("\"conv1d\"", "\"conv1\"", StringComparison.Ordinal));
        CliRun.Of(train).FailedNaming("holds another run");
        File.WriteAllText(config, "{");
        CliRun.Of(train).FailedNaming("holds another run");
    }

    public void Dispose() => folder.Dispose();

    private string WriteRun(string name)
    {
        Directory.CreateDirectory(folder[name]);
        new RunConfig
        {
            Labels = ["a", "b", "c"],
            Features = FeaturePresets.Resolve("mfcc", 8000, () => 8000),
            ClipSamples = 2000,
            Model = NetworkPresets.Resolve("article").Create(),
            Training = new TrainingOptions(),
            Device = "cpu",
        }.Save(Path.Combine(folder[name], "config.json"));
        return folder[name];
    }

    private static void AssertLayer(
        JsonElement line, string name, string type, int[] output, long parameters, long operations, long bytes)
    {
        JsonElement layer = line.GetProperty("layers").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == name);
        Assert.Equal(type, layer.GetProperty("type").GetString());
        Assert.Equal(output, Numbers(layer.GetProperty("output")));
        Assert.Equal(parameters, layer.GetProperty("parameters").GetInt64());
        Assert.Equal(operations, layer.GetProperty("operations").GetInt64());
        Assert.Equal(bytes, layer.GetProperty("activation_bytes").GetInt64());
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetInt32())];

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!)];

    private static string[] Names(JsonElement line) =>
        [.. line.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()!)];
}
