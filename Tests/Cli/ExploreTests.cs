namespace NativeCnn.Tests.Cli;

/// <summary><c>explain --explore</c>; of a run, see <see cref="UseOfARunTests"/>.</summary>
public sealed class ExploreTests
{
    [Fact]
    public void Explore_OfANetworkThatIsCut_TellsInOneLineWhatDecides()
    {
        using var folder = new Model.TemporaryFolder();
        string file = folder["network.html"];

        CliRun run = CliRun.Of(
            "explain", "article", "--input", "6x12", "--classes", "3", "--explore", file, "--steps", "2", "--keep", "2",
            "--device", "cpu").Succeeded();

        Assert.Contains("2 training steps of article on cpu", Assert.Single(run.Output), StringComparison.Ordinal);
        string line = Assert.Single(run.Error);
        Assert.Contains("input: 2 of 6", line, StringComparison.Ordinal);
        Assert.Contains("--keep N sets the channels", line, StringComparison.Ordinal);
        Assert.Contains("input: 2 of 6", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("explain --explore x.html --terms 3", "--terms")]
    [InlineData("explain article --steps 3", "--explore")]
    public void Explore_WithOptionsThatSayNothing_IsRefused(string arguments, string named) =>
        CliRun.Of([.. arguments.Split(' '), "--device", "cpu"]).FailedNaming(named);

    [Fact]
    public void Explore_IntoAFolderThatIsNotThere_SaysSoBeforeItTrains() =>
        CliRun.Of("explain", "--explore", "no-such-folder/x.html", "--device", "cpu").FailedNaming("no-such-folder");
}
