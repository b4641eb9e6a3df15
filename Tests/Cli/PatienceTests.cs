using System.Text.Json;

namespace NativeCnn.Tests.Cli;

/// <summary>Training that stops by itself, and what it takes for the best epoch.</summary>
public sealed class PatienceTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private const int Epochs = 40;
    private const int Patience = 3;

    [Theory]
    [InlineData("accuracy")]
    [InlineData("loss")]
    public void Train_WithPatience_StopsWhereNoEpochWasBetterForSoLong(string best)
    {
        string[] options = ["--patience", $"{Patience}", "--best", best, "--learning-rate", "0.01"];

        CliRun run = trained.Train(best, Epochs, options).Succeeded();

        (double Loss, double Accuracy)[] epochs = ValidationsOf(best);
        (int bestEpoch, int last) = Expected(epochs, best);
        Assert.InRange(last, Patience + 1, Epochs - 1);
        Assert.Equal(last, epochs.Length);
        Assert.Equal(bestEpoch, run.Json[^1].GetProperty("best_epoch").GetInt32());
        Assert.Contains(run.Error, line => line.Contains($"stopped after epoch {last} of {Epochs}", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_StoppedAndResumed_IsTheUnbrokenRun()
    {
        string[] options = ["--patience", $"{Patience}", "--learning-rate", "0.01"];
        trained.Train("whole", Epochs, options).Succeeded();
        trained.Train("broken", 2, options).Succeeded();
        CliRun.Of("train", "--resume", trained["broken"], "--epochs", $"{Epochs}", "--json").Succeeded();

        Assert.Equal(trained.Model("whole"), trained.Model("broken"));
        Assert.Equal(ValidationsOf("whole"), ValidationsOf("broken"));

        // Once it has stopped, there is nothing left to do, until the patience is raised.
        int before = ValidationsOf("broken").Length;
        CliRun.Of("train", "--resume", trained["broken"], "--json").Succeeded();
        Assert.Equal(before, ValidationsOf("broken").Length);
        CliRun.Of("train", "--resume", trained["broken"], "--patience", "0", "--json").Succeeded();
        Assert.Equal(Epochs, ValidationsOf("broken").Length);
    }

    private static (int Best, int Last) Expected((double Loss, double Accuracy)[] epochs, string metric)
    {
        int best = 1;
        for (int epoch = 1; epoch <= epochs.Length; epoch++)
        {
            ((double loss, double accuracy), (double bestLoss, double bestAccuracy)) = (epochs[epoch - 1], epochs[best - 1]);
            bool better = metric == "loss"
                ? loss < bestLoss
                : accuracy > bestAccuracy || (accuracy == bestAccuracy && loss < bestLoss);
            best = better ? epoch : best;
            if (epoch - best == Patience)
            {
                return (best, epoch);
            }
        }

        return (best, epochs.Length);
    }

    private (double Loss, double Accuracy)[] ValidationsOf(string run) =>
    [
        .. File.ReadLines(Path.Combine(trained[run], "metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(one => (
                one.GetProperty("validation_loss").GetDouble(), one.GetProperty("validation_accuracy").GetDouble())),
    ];
}
