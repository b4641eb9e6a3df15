// `nativecnn export --format hf`: what the Hub reads of the folder.
using System.Text.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Cli;
using NativeCnn.Tools.Exporting;

namespace NativeCnn.Tests.Model.Exporting;

public sealed class HuggingFaceTests(TrainedRun run) : IDisposable, IClassFixture<TrainedRun>
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folder_OfARun_HasItsCardConfigurationsAndWeights()
    {
        CliRun exported = Export("--license", "mit");

        string[] card = File.ReadAllLines(folder["hub/README.md"]);
        int end = Array.IndexOf(card, "---", 1);
        string[] front = card[1..end];
        RunSummary summary = RunSummary.Of(run.Path)!;
        Assert.Equal("---", card[0]);
        Assert.Equal("license: mit", front[0]);
        Assert.Contains("library_name: nativecnn", front);
        Assert.Contains("pipeline_tag: audio-classification", front);
        Assert.Contains("    - type: accuracy", front);
        Assert.Contains(FormattableString.Invariant($"      value: {summary.Accuracy:0.####}"), front);
        Assert.Contains("      split: validation", front);
        Assert.Contains(
            card, line => line.StartsWith("| clips | ", StringComparison.Ordinal) && line != "| clips | 0 |");
        Assert.All(front, line => Assert.DoesNotContain('\t', line));
        Assert.True(File.Exists(folder["hub/model.safetensors"]) && File.Exists(folder["hub/model.py"]));
        bool hasOnnx = ExportFormats.All.Any(one => one.Name == "onnx");
        Assert.Equal(hasOnnx, File.Exists(folder["hub/model.onnx"]));
        Assert.Equal(hasOnnx, front.Contains("- onnx"));
        Assert.Equal(
            !hasOnnx, exported.Output.Any(line => line.Contains("model.onnx left out", StringComparison.Ordinal)));
    }

    [Fact]
    public void Configurations_OfARun_AreReadBackAsItsNetworkAndFeatures()
    {
        Export();

        RunConfig config = RunConfig.Load(RunFolder.Open(run.Path).ConfigPath);
        JsonElement network = JsonDocument.Parse(File.ReadAllText(folder["hub/config.json"])).RootElement;
        JsonElement features = JsonDocument.Parse(File.ReadAllText(folder["hub/preprocessor_config.json"])).RootElement;
        Assert.Equal(config.Model, NetworkSpec.Parse(network.GetProperty("network").GetRawText()));
        Assert.Equal(config.Features, FeatureOptions.FromJson(features.GetProperty("features").GetRawText()));
        Assert.Equal(
            config.Labels, network.GetProperty("id2label").EnumerateObject().Select(one => one.Value.GetString()));
        Assert.Equal(3, network.GetProperty("label2id").GetProperty(config.Labels[3]).GetInt32());
        Assert.Equal(config.ClipSamples, features.GetProperty("max_length").GetInt32());
    }

    [Fact]
    public void Card_WithoutALicence_NamesNone()
    {
        CliRun exported = Export();

        Assert.DoesNotContain("license:", File.ReadAllText(folder["hub/README.md"]), StringComparison.Ordinal);
        Assert.Contains(exported.Output, line => line.Contains("no licence (--license)", StringComparison.Ordinal));
        CliRun.Of("export", run.Path, folder["other"], "--format", "hf", "--license", "My Licence")
            .FailedNaming("apache-2.0");
    }

    [Fact]
    public void Card_OfARunWithoutMetrics_ClaimsNone()
    {
        Directory.CreateDirectory(folder["bare"]);
        foreach (string name in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(run.Path, name), folder[$"bare/{name}"]);
        }

        CliRun.Of("export", folder["bare"], folder["hub"], "--format", "hf").Succeeded();

        string card = File.ReadAllText(folder["hub/README.md"]);
        Assert.DoesNotContain("model-index", card, StringComparison.Ordinal);
        Assert.Contains("not measured", card, StringComparison.Ordinal);
    }

    private CliRun Export(params string[] more) =>
        CliRun.Of(["export", run.Path, folder["hub"], "--format", "hf", .. more]).Succeeded();
}
