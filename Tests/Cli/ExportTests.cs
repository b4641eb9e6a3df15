// nativecnn export: what it writes and refuses, and docs/export.md, whose commands run here.
using System.Security.Cryptography;
using System.Text.Json;
using NativeCnn.Features.Synthesis;
using NativeCnn.Tests.Examples;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tests.Cli;

public sealed class ExportTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Export_ToOnnx_WritesTwoFilesWithTheDigestOfTheWeights()
    {
        JsonElement told = CliRun.Of(
            "export", run.Path, folder["out"], "--format", "onnx", "--json").Succeeded().Json.Single();

        Assert.Equal("onnx", told.GetProperty("format").GetString());
        Assert.Equal(folder["out"], told.GetProperty("folder").GetString());
        Assert.Equal(3, told.GetProperty("files").GetArrayLength());
        Assert.Equal(
            ["model.onnx", "network.onnx", "proof.safetensors"],
            Directory.GetFiles(folder["out"]).Select(Path.GetFileName).Order());
        string digest = Convert.ToHexStringLower(SHA256.HashData(run.Model("run")));
        Assert.All(Directory.GetFiles(folder["out"], "*.onnx"), file => Assert.Equal(
            digest,
            ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)).MetadataProps
                .Single(one => one.Key == "weights_sha256").Value));
    }

    [Fact]
    public void Export_Twice_WritesTheSameBytes()
    {
        CliRun.Of("export", run.Path, folder["a"]).Succeeded();
        CliRun.Of("export", run.Path, "--output", folder["b"]).Succeeded();

        foreach (string name in new[] { "model.onnx", "network.onnx", "proof.safetensors" })
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(folder["a"], name)), File.ReadAllBytes(Path.Combine(folder["b"], name)));
        }
    }

    [Fact]
    public void Export_IntoAFolderWithFiles_IsRefusedWithoutForce()
    {
        folder.Touch("out/kept");

        CliRun.Of("export", run.Path, folder["out"]).FailedNaming("--force");
        CliRun.Of("export", run.Path, folder["out"], "--force").Succeeded();

        Assert.Equal(4, Directory.GetFiles(folder["out"]).Length);
    }

    [Fact]
    public void Export_OfWhatIsNoSingleRun_IsRefusedInOneSentence()
    {
        CliRun.Of("export", folder["nowhere"]).FailedNaming("nowhere");
        CliRun.Of("export", $"{run.Path},{run.Path}", folder["out"]).FailedNaming("an ensemble of 2 runs");
        CliRun.Of("export", run.Path, folder["a"], "--output", folder["b"]).FailedNaming("two folders");
        Assert.Equal(2, CliRun.Of("export", run.Path, "--format", "gguf").ExitCode);

        Assert.False(Directory.Exists(folder["out"]));
    }

    [SkippableFact]
    public void ExportedModel_InAnExample_RanksTheClasses()
    {
        OnnxRuntime.Required();
        CliRun.Of("export", run.Path, folder["out"]).Succeeded();
        var output = new StringWriter();

        ExportedModel.Run(
            Path.Combine(folder["out"], "model.onnx"), SoundSynthesizer.Generate(0, 0, 8000, 0.25, 1), output);

        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SoundSynthesizer.Classes.Order(), lines.Select(line => line.Split(':')[0]).Order());
        Assert.InRange(
            lines.Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)),
            0.99, 1.01);
    }

    [SkippableFact]
    public void Page_SaysWhatItsCommandsPrint()
    {
        Skip.IfNot(DocumentPage.HasSources, "the page is not here");
        var page = DocumentPage.Open("export.md");
        foreach (string command in page.Commands)
        {
            string[] printed = CliRun.PageOf(
                [.. DocumentPage.WordsOf(command).Select(word =>
                    word.StartsWith("runs/", StringComparison.Ordinal) ? folder[word] : word)]);
            if (!command.StartsWith("nativecnn train", StringComparison.Ordinal))
            {
                page.Expect(
                    command,
                    printed.Select(line => line.Replace(folder.Path + "/", "", StringComparison.Ordinal)));
            }
        }

        page.ExpectExcerpts();
    }

    [Fact]
    public void Page_NamesEveryEntryOfTheMetadata()
    {
        CliRun.Of("export", run.Path, folder["out"]).Succeeded();
        ModelProto file = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder["out"], "model.onnx")));
        string[] rows =
        [
            .. DocumentPage.Open("export.md").Lines.SkipWhile(line => line != "### Metadata")
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]),
        ];

        Assert.Equal(file.MetadataProps.Select(one => one.Key).Append("thresholds").Order(), rows.Order());
    }
}
