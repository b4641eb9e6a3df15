using System.Text.Json;

namespace NativeCnn.Tests.Cli;

/// <summary><c>train --loss focal</c>, <c>--sampling balanced</c> and <c>--best f1</c>.</summary>
public sealed class LossAndSamplingTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private static readonly string[] Options =
        ["--loss", "focal=1.5", "--sampling", "balanced", "--best", "f1", "--augment", "bc-mix"];

    [Fact]
    public void Train_WithFocalLossAndBalancedSampling_ResumesToTheUnbrokenRun()
    {
        CliRun run = trained.Train("whole", 3, [.. Options, "--workers", "1"]).Succeeded();
        trained.Train("broken", 1, [.. Options, "--workers", "2"]).Succeeded();
        CliRun.Of("train", "--resume", trained["broken"], "--epochs", "3", "--json").Succeeded();

        Assert.Equal(trained.Model("whole"), trained.Model("broken"));
        Assert.Contains(run.Error, line => line.Contains("balanced sampling draws", StringComparison.Ordinal));
        JsonElement[] epochs = run.Json[..^1];
        int best = run.Json[^1].GetProperty("best_epoch").GetInt32();
        Assert.Equal(
            epochs.Max(epoch => epoch.GetProperty("validation_f1").GetDouble()),
            epochs[best - 1].GetProperty("validation_f1").GetDouble());
    }

    /// <summary>The options change what is trained, and the loss that is told is the run's own.</summary>
    [Fact]
    public void Train_WithFocalLoss_TellsItsOwnLoss()
    {
        CliRun run = trained.Train("focal", 2, "--loss", "focal").Succeeded();

        Assert.NotEqual(trained.Model("run"), trained.Model("focal"));
        // (1 - p)^2 of the same clips' cross-entropy.
        Assert.True(LossOf(run) < LossOf(trained.Result));
        CliRun.Of("explain", trained["focal"]).FailedNaming("trained by the focal loss");
    }

    private static double LossOf(CliRun run) => run.Json[0].GetProperty("loss").GetDouble();

    [Fact]
    public void Train_ByAveragePrecisionOnOneLabelAClip_IsRefused() => trained
        .Train("map", 1, "--best", "map").FailedNaming("--best map ranks clips that may have several labels");

    [Fact]
    public void Train_WithBothKindsOfBalance_IsRefused() => trained
        .Train("both", 1, "--sampling", "balanced", "--balance-classes").FailedNaming("choose one of them");
}
