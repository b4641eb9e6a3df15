// docs/export-c.md and what the command refuses.
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class ExportCTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void EveryCommandOfThePage_PrintsWhatItSays()
    {
        var page = DocumentPage.Open("export-c.md");
        string[] commands = [.. page.Commands];
        Assert.Equal(2, commands.Length);
        Assert.All(commands.Index(), one => page.Expect(
            one.Item,
            CliRun.PageOf([.. DocumentPage.WordsOf(one.Item).Select(word => Placed(word, one.Index))])
                .Select(line => line.Replace(Target(one.Index), "DIR", StringComparison.Ordinal))));

        string Placed(string word, int index) => word == "RUN" ? trained.Path : word == "DIR" ? Target(index) : word;

        string Target(int index) => trained[$"c{index}"];
    }

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void Export_OfTheSameRunTwice_IsTheSameBytes()
    {
        CliRun.Of("export", trained.Path, trained["first"], "--format", "c", "--precision", "int8").Succeeded();
        CliRun.Of("export", trained.Path, trained["second"], "--format", "c", "--precision", "int8").Succeeded();

        Assert.All(new[] { "article.h", "article.c", "main.c" }, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(trained["first"], name)),
            File.ReadAllBytes(Path.Combine(trained["second"], name))));
    }

    [Fact]
    public void Calibration_WithoutInt8_IsRefused()
    {
        CliRun.Of("export", trained.Path, trained["none"], "--format", "c", "--calibration", "x")
            .FailedNaming("--precision int8");

        Assert.False(Directory.Exists(trained["none"]));
    }
}
