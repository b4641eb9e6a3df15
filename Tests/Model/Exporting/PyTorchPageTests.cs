// What `export --format pytorch` writes, as far as it can be told without PyTorch: names, shapes, text, syntax.
using NativeCnn.Features.Options;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting;
using NativeCnn.Tools.Exporting.PyTorch;

namespace NativeCnn.Tests.Model.Exporting;

public sealed class PyTorchPageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Weights_HaveTheNamesShapesAndTypesOfPyTorch()
    {
        TrainedModel model = UntrainedModel.Of(
            NetworkPresets.Find("deep")!.Create(), FeatureOptions.LogMelCmn(8000));

        Write(model);

        SafeTensorsFile file = SafeTensors.Read(folder["model.safetensors"]);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(model.Network.Parameters.States.Count / 2, file.Tensors.Keys.Count(
            name => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)));
        Assert.Equal("I64 []", file["norm1.num_batches_tracked"].ToString());
        Assert.Equal(file["norm1.running_mean"].Shape, file["norm1.running_var"].Shape);
        Assert.Equal([40], file["normalization.deviation"].Shape);
        Assert.Equal(
            model.Network.Parameters.All.Select(one => (one.Name, string.Join(' ', one.Value.Shape.ToArray()))).Order(),
            model.Network.Parameters.All.Select(one => (one.Name, string.Join(' ', file[one.Name].Shape))).Order());
        Assert.DoesNotContain(file.Tensors.Keys, name => name.Contains("running_variance", StringComparison.Ordinal));
    }

    [Fact]
    public void Page_OfANetworkWithABlock_ReadsLikePyTorch()
    {
        NetworkPage page = PageOf(
            """
            {"type":"conv1d","filters":8,"taps":4,"padding":"same","bias":false},
            {"type":"batch_norm1d","momentum":0.2},
            {"type":"relu"},
            {"type":"residual","layers":[
              {"type":"conv1d","filters":8,"taps":3,"padding":1,"groups":2},
              {"type":"stochastic_depth","rate":0.1}]},
            {"type":"channel_dropout","rate":0.3},
            {"type":"max_pool1d","window":2,"stride":2},
            {"type":"global_mean_max_pool"},
            {"type":"dropout","rate":0.5},
            {"type":"dense"}
            """);

        Assert.Equal(
            """
            self.conv1 = nn.Conv1d(6, 8, 4, bias=False)
            self.norm1 = nn.BatchNorm1d(8, momentum=0.2)
            self.residual1 = Block(
                conv1=nn.Conv1d(8, 8, 3, padding=1, groups=2),
                stochastic_depth1=ClipDropout(0.1),
            )
            self.channel_dropout1 = nn.Dropout1d(0.3)
            self.dropout1 = nn.Dropout(0.5)
            self.dense1 = nn.Linear(16, 3)
            """.Split('\n'), page.InitLines(""));
        Assert.Equal(
            """
            x = self.conv1(F.pad(x, (1, 2)))
            x = self.norm1(x)
            relu1 = F.relu(x)
            x = self.residual1.conv1(relu1)
            x = self.residual1.stochastic_depth1(x)
            x = x + relu1
            x = self.channel_dropout1(x)
            pool1 = F.max_pool1d(x, 2, 2)
            pool2 = pool1.mean(2)
            x = pool1.amax(2)
            x = torch.cat([pool2, x], 1)
            x = self.dropout1(x)
            x = self.dense1(x)
            return x
            """.Split('\n'), page.ForwardLines(""));
        Assert.True(page.HasBlocks && page.DropsClips);
    }

    [Fact]
    public void Page_OfLayersThatPythonHasNamesFor_CallsThemOtherwise()
    {
        NetworkPage page = PageOf(
            """
            {"type":"conv1d","filters":4,"taps":1,"as":"train"},
            {"type":"conv1d","filters":4,"taps":1,"as":"lambda"},
            {"type":"global_average_pool","as":"x"},
            {"type":"dense","as":"features"}
            """);

        Assert.Equal(
            [
                "self.train_ = nn.Conv1d(6, 4, 1)", "self.lambda_ = nn.Conv1d(4, 4, 1)",
                "self.features_ = nn.Linear(4, 3)",
            ],
            page.InitLines(""));
        Assert.Equal("train_.weight", PyTorchNames.Of("train.weight"));
    }

    [Fact]
    public void Labels_OfAnyText_StayTheirOwn()
    {
        Assert.Equal("\"a\\\"b\\\\c\\x0a\"", PythonText.Of("a\"b\\c\n"));
        Assert.Equal("\"سبعة 🎵\"", PythonText.Of("سبعة 🎵"));
        Assert.DoesNotContain("\"", PythonText.Plain("a\"\"\"b"));
    }

    [SkippableFact]
    public void EveryPage_OfEverySettingAndPreset_IsPython()
    {
        List<string> pages = [];
        NetworkSpec small = NetworkSpec.Parse(
            """{"name":"n","layers":[{"type":"global_average_pool"},{"type":"dense"}]}""");
        foreach ((string name, FeatureOptions options) in FeatureVariants.All)
        {
            Add(name, UntrainedModel.Of(small, options));
        }

        foreach (NetworkPreset preset in NetworkPresets.All)
        {
            Add(preset.Name, UntrainedModel.Of(preset.Create(), FeaturePresets.Find(preset.Features)!.Create(8000)));
        }

        Assert.All(pages, page => Assert.All(
            File.ReadLines(page), line => Assert.True(line.Length <= 160, $"{line.Length} columns: {line}")));
        PyTorch.Compile(pages);

        void Add(string name, TrainedModel model)
        {
            string path = folder[$"p{pages.Count}.py"];
            File.WriteAllText(path, ModelPage.Of(model, ExportGraph.ForTraining(model.Network)));
            pages.Add(path);
        }
    }

    private void Write(TrainedModel model) => ExportFormats.Named("pytorch").Write(
        new ExportRequest { Model = model, Run = folder.Path, Folder = folder.Path });

    private static NetworkPage PageOf(string layers)
    {
        NetworkSpec spec = NetworkSpec.Parse($$"""{"name":"n","layers":[{{layers}}]}""");
        var network = new Network(TestDevices.Get("cpu"), spec, channels: 6, length: 20, classes: 3);
        return new NetworkPage(ExportGraph.ForTraining(network));
    }
}
