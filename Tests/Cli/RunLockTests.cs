// Two trainings never write one folder, and what a killed one left half written is cleared away.
using NativeCnn.Model.Runs;

namespace NativeCnn.Tests.Cli;

public sealed class RunLockTests : IClassFixture<TrainedRun>
{
    private readonly TrainedRun trained;

    public RunLockTests(TrainedRun trained) => this.trained = trained;

    [Fact]
    public void Train_IntoAFolderThatAnotherTrainingWrites_NamesWhoHoldsIt()
    {
        using (RunLock.Take(trained["held"]))
        {
            trained.Train("held", epochs: 1).FailedNaming($"process {Environment.ProcessId} on ");
        }

        trained.Train("held", epochs: 1).Succeeded();
        Assert.Empty(Directory.GetFiles(trained["held"], ".lock*"));
    }

    [Fact]
    public void Train_IntoAFolderWithWhatAKilledOneLeft_ClearsItAway()
    {
        Directory.CreateDirectory(Path.Combine(trained["left"], "checkpoint"));
        string[] left =
        [
            Path.Combine(trained["left"], ".lock"), Path.Combine(trained["left"], ".lock-holder"),
            Path.Combine(trained["left"], ".config.json.0123.tmp"),
            Path.Combine(trained["left"], "checkpoint", ".checkpoint.safetensors.0123.tmp"),
        ];
        Array.ForEach(left, path => File.WriteAllText(path, "half"));

        trained.Train("left", epochs: 1).Succeeded();

        Assert.All(left, path => Assert.False(File.Exists(path), path));
    }

    [Fact]
    public void Resume_AfterAKillBeforeTheFirstCheckpoint_BeginsAnew()
    {
        trained.Train("whole", epochs: 2).Succeeded();
        trained.Train("early", epochs: 2).Succeeded();
        File.Delete(Path.Combine(trained["early"], "model.safetensors"));
        Directory.Delete(Path.Combine(trained["early"], "checkpoint"), recursive: true);

        CliRun run = CliRun.Of("train", "--resume", trained["early"]).Succeeded();

        Assert.Contains(run.Output, line => line.Contains("it begins anew", StringComparison.Ordinal));
        Assert.Equal(trained.Model("whole"), trained.Model("early"));
    }

    [Fact]
    public void Resume_AfterAKillBetweenCheckpointAndLog_PutsTheEpochBack()
    {
        trained.Train("killed", epochs: 2).Succeeded();
        string path = Path.Combine(trained["killed"], "metrics.jsonl");
        string[] lines = File.ReadAllLines(path);
        File.WriteAllText(path, lines[0] + "\n");

        CliRun.Of("train", "--resume", trained["killed"], "--epochs", "3").Succeeded();

        string[] after = File.ReadAllLines(path);
        Assert.Equal(lines[0], after[0]);
        Assert.Equal(Untimed(lines[1]), Untimed(after[1]));
        Assert.EndsWith("\"seconds\":null}", after[1], StringComparison.Ordinal);
        Assert.DoesNotContain("\"seconds\":null}", after[2], StringComparison.Ordinal);
        Assert.Equal(3, after.Length);

        static string Untimed(string line) => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)];
    }
}
