using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>Recording and replaying, with a driver that notes its calls and keeps work back while it records.</summary>
public sealed class StepGraphsTests
{
    private static ComputeDevice Device => TestDevices.Get("cpu");

    [Fact]
    public void RecordedStep_RunAgainAndAgain_IsDoneOnceEachTime()
    {
        var driver = new NotingDriver();
        int done = 0;
        var step = new RecordedStep(Graphs(driver), () => driver.Give(() => done++));

        bool[] replayed = [.. Enumerable.Range(0, 6).Select(_ => step.Run())];

        Assert.Equal(6, done);
        Assert.Equal([false, false, true, true, true, true], replayed);
        Assert.Equal(
            ["begin", "end", "instantiate 1", "destroy graph 1", "launch 1", "launch 1", "launch 1", "launch 1"],
            driver.Calls);
    }

    [Fact]
    public void RecordedSteps_OfTwoBatchSizes_HaveAGraphEach()
    {
        var driver = new NotingDriver();
        List<string> done = [];
        using StepGraphs graphs = Graphs(driver);
        var whole = new RecordedStep(graphs, () => driver.Give(() => done.Add("whole")));
        var last = new RecordedStep(graphs, () => driver.Give(() => done.Add("last")));

        for (int epoch = 0; epoch < 4; epoch++)
        {
            whole.Run();
            whole.Run();
            Assert.Equal(epoch >= 2, last.Run());
        }

        Assert.Equal(Enumerable.Repeat((string[])["whole", "whole", "last"], 4).SelectMany(epoch => epoch), done);
        graphs.Dispose();
        Assert.Equal(["destroy 1", "destroy 2"], driver.Calls.TakeLast(2));
    }

    [Theory]
    [InlineData("begin")]
    [InlineData("end")]
    [InlineData("instantiate 1")]
    [InlineData("launch 1")]
    public void RecordedStep_WhereTheDriverRefuses_GoesOnKernelByKernelAndSaysSoOnce(string refused)
    {
        var driver = new NotingDriver { Refuses = refused };
        List<string> told = [];
        int done = 0;
        var step = new RecordedStep(
            new StepGraphs(Device, GraphMode.Auto, told.Add, _ => driver), () => driver.Give(() => done++));

        for (int i = 0; i < 5; i++)
        {
            Assert.False(step.Run());
        }

        Assert.Equal(5, done);
        Assert.Contains(NotingDriver.Reason, Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(
            driver.Calls.Count(call => call.StartsWith("instantiate", StringComparison.Ordinal)),
            driver.Calls.Count(call => call.StartsWith("destroy graph", StringComparison.Ordinal)));
    }

    [Fact]
    public void RecordedStep_ThatWaitsForTheDevice_IsNotRecorded()
    {
        var driver = new NotingDriver();
        List<string> told = [];
        var step = new RecordedStep(new StepGraphs(Device, GraphMode.Auto, told.Add, _ => driver), Device.Synchronize);

        for (int i = 0; i < 4; i++)
        {
            Assert.False(step.Run());
        }

        Assert.Contains("waits", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(["begin", "end", "destroy graph 1"], driver.Calls);
    }

    [Fact]
    public void RecordedStep_ThatTakesMemory_IsNotRecorded()
    {
        List<string> told = [];
        var step = new RecordedStep(
            new StepGraphs(Device, GraphMode.Auto, told.Add, _ => new NotingDriver()),
            () => Device.Allocate<float>(new Shape(1)));

        for (int i = 0; i < 3; i++)
        {
            Assert.False(step.Run());
        }

        Assert.Contains("memory", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void RecordedStep_ThatFailsByItself_FailsAsItWouldUnrecorded()
    {
        var driver = new NotingDriver();
        int runs = 0;
        var step = new RecordedStep(
            Graphs(driver), () => _ = ++runs > 2 ? throw new InvalidOperationException("a mistake") : 0);
        step.Run();
        step.Run();

        Assert.Equal("a mistake", Assert.Throws<InvalidOperationException>(() => step.Run()).Message);
        Assert.Equal(["begin", "end", "destroy graph 1"], driver.Calls);
        Assert.False(Device.IsRecording);
    }

    [Fact]
    public void StepGraphs_OnADeviceWithoutGraphs_AreAskedForInVainOnlyOnce()
    {
        List<string> told = [];
        using var asked = new StepGraphs(Device, GraphMode.On, told.Add);
        Assert.Contains("no CUDA graphs", Assert.Single(told), StringComparison.Ordinal);
        Assert.False(asked.IsOn);

        using var auto = new StepGraphs(Device, GraphMode.Auto, told.Add);
        using var off = new StepGraphs(Device, GraphMode.Off, told.Add, _ => new NotingDriver());
        Assert.Single(told);
        Assert.False(auto.IsOn || off.IsOn);
    }

    [Fact]
    public void StepGraphs_WithADriverThatIsTooOld_SaySo()
    {
        List<string> told = [];
        using var graphs = new StepGraphs(
            Device, GraphMode.Auto, told.Add, _ => throw new GraphException("older than CUDA 11.4"));

        Assert.Contains("older than CUDA 11.4", Assert.Single(told), StringComparison.Ordinal);
        Assert.False(graphs.IsOn);
    }

    private static StepGraphs Graphs(NotingDriver driver) =>
        new(Device, GraphMode.Auto, line => Assert.Fail(line), _ => driver);

    /// <summary>
    /// As CUDA does: work given while it records is kept, and done by every launch of what was recorded.
    /// </summary>
    private sealed class NotingDriver : IGraphDriver
    {
        public const string Reason = "the driver does not feel like it";

        private readonly Dictionary<nint, List<Action>> recorded = [];
        private List<Action>? recording;
        private nint last;

        public List<string> Calls { get; } = [];

        public string? Refuses { get; init; }

        public void Give(Action work)
        {
            if (recording is { } kept)
            {
                kept.Add(work);
            }
            else
            {
                work();
            }
        }

        public void BeginCapture()
        {
            Note("begin");
            recording = [];
        }

        public nint EndCapture()
        {
            List<Action> work = recording!;
            recording = null;
            Note("end");
            recorded[++last] = work;
            return last;
        }

        public nint Instantiate(nint graph)
        {
            Note($"instantiate {graph}");
            return graph;
        }

        public void Launch(nint executable)
        {
            Note($"launch {executable}");
            recorded[executable].ForEach(work => work());
        }

        public void DestroyGraph(nint graph) => Note($"destroy graph {graph}");

        public void DestroyExecutable(nint executable) => Note($"destroy {executable}");

        private void Note(string call)
        {
            Calls.Add(call);
            if (call == Refuses)
            {
                throw new GraphException(Reason);
            }
        }
    }
}
