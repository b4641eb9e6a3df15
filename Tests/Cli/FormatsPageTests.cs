// docs/formats.md and docs/packages.md against what is written and packed.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class FormatsPageTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private static readonly DocumentPage Page = DocumentPage.Open("formats.md");

    [Fact]
    public void EveryFileOfARun_HasARow()
    {
        string[] rows = FirstCells("## A run folder");
        string[] files =
        [
            .. Directory.GetFiles(trained.Path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(trained.Path, file).Replace('\\', '/')),
        ];

        Assert.True(files.Length >= 8, string.Join(' ', files));
        Assert.All(files, file => Assert.Contains(file, rows));
        Assert.Contains(ModelProof.FileName, rows);
    }

    [Fact]
    public void Versions_AreThoseOfTheFiles()
    {
        var config = RunConfig.Load(Path.Combine(trained.Path, "config.json"));
        Assert.Contains(Page.Lines, line => line.StartsWith("| `config.json`", StringComparison.Ordinal) &&
            line.Contains($"\"format_version\": {config.FormatVersion}`", StringComparison.Ordinal));
        Assert.Contains(Page.Lines, line => line.StartsWith("| `proof.safetensors`", StringComparison.Ordinal) &&
            line.Contains($"`version`: `{ModelProof.Version}`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model.safetensors", "## model.safetensors")]
    [InlineData("proof.safetensors", "## proof.safetensors")]
    [InlineData("checkpoint/checkpoint.safetensors", "## checkpoint.safetensors")]
    public void EveryTensor_HasARow(string file, string heading)
    {
        SafeTensorsFile tensors = SafeTensors.Read(Path.Combine(trained.Path, file));
        string[] rows = FirstCells(heading);
        string text = string.Join('\n', Section(heading));

        Assert.All(
            tensors.Tensors.Keys.Where(name => !name.StartsWith("conv", StringComparison.Ordinal) &&
                !name.StartsWith("dense", StringComparison.Ordinal)),
            name => Assert.Contains(
                name.StartsWith("optimizer.", StringComparison.Ordinal) ? "optimizer.NAME" : name, rows));
        Assert.All(tensors.Metadata.Keys, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Tolerances_AreThoseOfTheCheck()
    {
        ProofSetting setting = ModelProof.Load(Path.Combine(trained.Path, ModelProof.FileName)).Setting;
        var exact = ProofTolerances.Of(setting, FloatPrecision.Fp32, FeaturePrecision.Fp32);
        var tf32 = ProofTolerances.Of(setting, FloatPrecision.Tf32, FeaturePrecision.Fp32);
        var half = ProofTolerances.Of(setting, FloatPrecision.Fp32, FeaturePrecision.Fp16);
        (string Stage, Func<ProofTolerances, double> Of)[] stages =
        [
            ("`waveform`", one => one.Waveform), ("`features`", one => one.Features),
            ("`normalized`", one => one.Normalized), ("a layer, `logits`", one => one.Network),
            ("`probabilities`", one => one.Probabilities),
        ];
        Assert.All(stages, stage =>
        {
            string[] cells = Page.Lines.Select(Cells).Single(
                one => one.Length == 4 && one[0] == stage.Stage && one[1].Length > 0 && char.IsDigit(one[1][0]));
            Assert.Equal(stage.Of(exact), Number(cells[1]));
            Assert.Equal(stage.Of(tf32), cells[2].Length == 0 ? stage.Of(exact) : Number(cells[2]));
            Assert.Equal(stage.Of(half), cells[3].Length == 0 ? stage.Of(exact) : Number(cells[3]));
        });
    }

    [Fact]
    public void Links_LeadSomewhere() => Page.ExpectLinks();

    /// <summary>`.ci/packages.sh` takes it from README.md and runs it.</summary>
    [Fact]
    public void ExampleOfThePackages_IsThatOfTheReadme()
    {
        using Stream readme = typeof(FormatsPageTests).Assembly.GetManifestResourceStream("README.md")!;
        using var reader = new StreamReader(readme);
        string[] example = Code(reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n'));
        Assert.Contains("using NativeCnn.Model;", example);
        Assert.Equal(example, Code(DocumentPage.Open("packages.md").Lines));
    }

    private static string[] Code(string[] lines) =>
        [.. lines.SkipWhile(line => line != "```csharp").Skip(1).TakeWhile(line => line != "```")];

    private static string[] Section(string heading) =>
    [
        .. Page.Lines.SkipWhile(line => line != heading).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)),
    ];

    /// <summary>The names in the first cells of a section's rows.</summary>
    private static string[] FirstCells(string heading) =>
    [
        .. Section(heading).Select(Cells).Where(cells => cells.Length > 1).SelectMany(cells => cells[0].Split(", "))
            .Where(cell => cell.StartsWith('`')).Select(cell => cell.Trim('`')),
    ];

    private static string[] Cells(string line) =>
        line.StartsWith('|') ? line.Split('|', StringSplitOptions.TrimEntries)[1..^1] : [];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
