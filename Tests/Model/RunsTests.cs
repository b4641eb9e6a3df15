// What a run leaves on disk: lines that survive a kill, a folder that says what it lacks. The report: Reports/.

using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model;

public sealed class RunsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EpochMetrics_Json_HasTheContractsNames()
    {
        const string line = """{"epoch":1,"loss":2.5,"accuracy":0.5,"""
            + """
            "validation_loss":null,"validation_accuracy":0.25,"learning_rate":0.001,"seconds":1.5}
            """;
        EpochMetrics epoch = new(1, 2.5, 0.5, double.NaN, 0.25, 0.001, 1.5);
        Assert.Equal(line, epoch.ToJson());
        Assert.Equal(epoch, EpochMetrics.FromJson(line));
    }

    [Fact]
    public void MetricsLog_EveryLine_IsThereBeforeTheLogIsClosed()
    {
        using MetricsLog log = new(folder["metrics.jsonl"]);
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            log.Append(Epoch(epoch));
            Assert.Equal(epoch, MetricsLog.Read(folder["metrics.jsonl"]).Count);
        }
    }

    [Fact]
    public void MetricsLog_CutAtAnyByte_KeepsEveryWholeLine()
    {
        string whole = Epoch(1).ToJson() + "\n" + Epoch(2).ToJson() + "\n";
        int firstLine = Epoch(1).ToJson().Length;
        for (int length = 0; length <= whole.Length; length++)
        {
            string path = folder.Text("metrics.jsonl", whole[..length]);
            int expected = length < firstLine ? 0 : length < whole.Length - 1 ? 1 : 2;
            Assert.Equal(expected, MetricsLog.Read(path).Count);
        }
    }

    [Fact]
    public void MetricsLog_DamagedLineInside_IsNamed()
    {
        string path = folder.Text("metrics.jsonl", Epoch(1).ToJson() + "\n{\"epoch\":2}\n" + Epoch(3).ToJson());
        Assert.Contains("line 2", Assert.Throws<RunException>(() => MetricsLog.Read(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MetricsLog_Resumed_ContinuesAfterTheCheckpointsEpoch()
    {
        string path = folder.Text(
            "metrics.jsonl", string.Concat(Enumerable.Range(1, 3).Select(i => Epoch(i).ToJson() + "\n")) + "{\"epo");
        using (MetricsLog log = new(path, lastEpoch: 2))
        {
            log.Append(Epoch(3) with { Loss = 9 });
        }

        Assert.Equal([Epoch(1), Epoch(2), Epoch(3) with { Loss = 9 }], MetricsLog.Read(path));

        new MetricsLog(path).Dispose();
        Assert.Empty(MetricsLog.Read(path));
    }

    [Fact]
    public void RunFolder_OpenedTooEarly_SaysWhatIsMissing()
    {
        Assert.Contains("no run folder", Assert.Throws<RunException>(() => RunFolder.Open(folder["x"])).Message,
            StringComparison.Ordinal);

        RunFolder run = RunFolder.Create(folder["a/run"]);
        string message = Assert.Throws<RunException>(() => RunFolder.Open(run.Root)).Message;
        Assert.Contains("no config.json and no model.safetensors", message, StringComparison.Ordinal);

        File.WriteAllText(run.ConfigPath, "{}");
        message = Assert.Throws<RunException>(() => RunFolder.OpenToResume(run.Root)).Message;
        Assert.Contains("no checkpoint in it", message, StringComparison.Ordinal);

        File.WriteAllText(run.ModelPath, "");
        File.WriteAllText(Path.Combine(run.CheckpointPath, "state.safetensors"), "");
        Assert.Equal(run.Root, RunFolder.Open(run.Root).Root);
        Assert.Equal(run.Root, RunFolder.OpenToResume(run.Root).Root);
        Assert.Equal(run.Root, RunFolder.Create(run.Root).Root);

        folder.Touch("file");
        Assert.Contains("--output", Assert.Throws<RunException>(() => RunFolder.Create(folder["file"])).Message,
            StringComparison.Ordinal);
    }

    private static EpochMetrics Epoch(int epoch) => new(epoch, 1.0 / epoch, 0.5, 1.5 / epoch, 0.4, 0.001, 2);
}
