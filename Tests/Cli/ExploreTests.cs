namespace NativeCnn.Tests.Cli;

/// <summary><c>explain --explore</c>.</summary>
public sealed class ExploreTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Explore_OfARun_HasItsLabelsAndNothingElseOnStandardError()
    {
        using var folder = new Model.TemporaryFolder();
        string file = folder["run.html"];

        CliRun run = CliRun.Of(
            "explain", trained.Path, "--explore", file, "--steps", "2", "--keep", "2", "--device", "cpu", "--no-cache")
            .Succeeded();

        Assert.Contains("2 training steps", Assert.Single(run.Output), StringComparison.Ordinal);
        Assert.Contains("--keep N sets the channels", Assert.Single(run.Error), StringComparison.Ordinal);
        Assert.Contains("\"classes\":[\"", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_IntoAFolderThatIsNotThere_SaysSoBeforeItTrains() =>
        CliRun.Of("explain", "--explore", "no-such-folder/x.html", "--device", "cpu").FailedNaming("no-such-folder");
}
