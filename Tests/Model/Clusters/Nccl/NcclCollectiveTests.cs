// NCCL's calls, their order and what comes of errors, by a stand-in: it has never been tried on cards.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Clusters.Nccl;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Clusters.Nccl;

public sealed class NcclCollectiveTests : IDisposable
{
    public void Dispose()
    {
        if (Gcc.IsThere)
        {
            NcclStandIn.FailToJoin(-1);
            NcclStandIn.FailLater(0);
        }
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(3)]
    public void Blocks_AreThoseOfTheOtherProcesses(int count)
    {
        const int length = 5;
        (float[] Exchanged, float[] Gathered)[] got = OnCards(count, (processes, device, cards) =>
        {
            Tensor<float> own = device.Upload<float>(
                new Shape(count * length),
                [.. Enumerable.Range(0, count * length).Select(i => Value(processes.Rank, i))]);
            Tensor<float> received = device.Allocate<float>(own.Shape);
            Tensor<float> all = device.Allocate<float>(new Shape(count * length));
            cards.AllToAll(own, received);
            cards.AllGather(own.Slice(length, new Shape(length)), all);
            return (received.ToArray(), all.ToArray());
        });

        for (int rank = 0; rank < count; rank++)
        {
            int own = rank;
            Assert.Equal(
                Enumerable.Range(0, count * length).Select(i => Value(i / length, (own * length) + (i % length))),
                got[rank].Exchanged);
            Assert.Equal(
                Enumerable.Range(0, count * length).Select(i => Value(i / length, length + (i % length))),
                got[rank].Gathered);
        }

        static float Value(int rank, int i) => (100 * rank) + i;
    }

    [SkippableFact]
    public void Calls_AreOfOneGroup_BetweenTwoWaitsOfTheStreams()
    {
        string[][] calls = OnCards(2, (_, device, cards) =>
        {
            Tensor<float> four = device.Allocate<float>(new Shape(4));
            string joined = NcclStandIn.TakeCalls();
            cards.AllToAll(four, device.Allocate<float>(new Shape(4)));
            string exchange = NcclStandIn.TakeCalls();
            cards.AllGather(four, device.Allocate<float>(new Shape(8)));
            string gather = NcclStandIn.TakeCalls();
            int held = NcclStandIn.Blocks;
            cards.AllGather(four, device.Allocate<float>(new Shape(8)));
            Assert.Equal(gather, NcclStandIn.TakeCalls());
            Assert.Equal(held, NcclStandIn.Blocks);
            cards.Dispose();
            Assert.Equal(0, NcclStandIn.Blocks);
            return new[] { joined, exchange, gather, NcclStandIn.TakeCalls() };
        });

        const string before = "record-main primary-waits-for-main copy-main-primary";
        const string after = "copy-primary-main record-primary main-waits-for-primary";
        for (int rank = 0; rank < 2; rank++)
        {
            Assert.Equal($"retain(3) join({rank}/2)", calls[rank][0]);
            Assert.Equal(
                $"{before} [ send(2,0) receive(2,0) send(2,1) receive(2,1) ] {after}", calls[rank][1]);
            Assert.Equal($"{before} gather(4) {after}", calls[rank][2]);
            Assert.Equal("destroy release(3)", calls[rank][3]);
        }
    }

    [SkippableFact]
    public void Version_IsWrittenAsPeopleWriteIt()
    {
        Gcc.Required();
        Assert.Equal("2.21.5", NcclStandIn.Bind().Version);
    }

    [SkippableFact]
    public void TwoProcessesOnOneCard_UseTheMachinesMemory_AndSaySoInALine()
    {
        string?[] said = Refused(3, rank => $"card {rank / 2}");

        Assert.All(said, one => Assert.Equal(
            "gradients go through the machines' memory, not by NCCL: processes 0 and 1 have the same card card 0 of " +
            $"{Environment.MachineName}, and it wants one for each", one));
    }

    [SkippableFact]
    public void ProcessThatCannotJoin_LeavesAllToTheMachinesMemory()
    {
        Gcc.Required();
        NcclStandIn.FailToJoin(1);

        string?[] said = Refused(2, rank => $"{rank}");

        Assert.All(said, one => Assert.Matches(
            "not by NCCL: process [01]: ncclCommInitRank of NCCL failed: unhandled system error$", one));
    }

    [SkippableFact]
    public void ProcessWithoutTheLibrary_LeavesAllToTheMachinesMemory()
    {
        Gcc.Required();
        string?[] said = ThreadProcesses.Run(2, processes =>
        {
            string? line = null;
            Assert.Null(NcclCollective.TryJoin(
                processes, $"{processes.Rank}", () => processes.Rank == 1 ? null : NcclStandIn.Bind(),
                () => throw new InvalidOperationException("nothing is opened"), one => line = one));
            return line;
        });

        Assert.All(
            said, one => Assert.Contains("process 1: libnccl.so.2 cannot be loaded", one, StringComparison.Ordinal));
    }

    [Fact]
    public void ProcessesOnTheProcessor_JoinNothingAndSayNothing()
    {
        string?[] said = ThreadProcesses.Run(2, processes =>
        {
            string? line = null;
            using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
            Assert.Null(NcclCollective.TryJoin(processes, device, one => line = one));
            return line;
        });

        Assert.All(said, Assert.Null);
    }

    [SkippableFact]
    public void ErrorOnTheWay_IsOneSentence()
    {
        string[] errors = OnCards(2, (processes, device, cards) =>
        {
            Tensor<float> two = device.Allocate<float>(new Shape(2));
            cards.AllToAll(two, device.Allocate<float>(new Shape(2)));
            processes.Barrier();
            NcclStandIn.FailLater(6);
            processes.Barrier();
            return Assert.Throws<ClusterException>(
                () => cards.AllToAll(two, device.Allocate<float>(new Shape(2)))).Message;
        });

        Assert.All(errors, one => Assert.Equal("NCCL failed: remote process exited", one));
    }

    [SkippableFact]
    public void Abort_EndsAWaitForAProcessThatIsLost_WithWhatHappenedToIt()
    {
        const string what = "process 1 of 2 ended before its work was done";
        Exception?[] errors = OnCards(2, (processes, device, cards) =>
        {
            if (processes.Rank == 1)
            {
                return null; // It never comes.
            }

            var watch = new Thread(() =>
            {
                Thread.Sleep(200);
                cards.Abort(what);
            });
            watch.Start();
            Tensor<float> two = device.Allocate<float>(new Shape(2));
            var error = Assert.Throws<ClusterException>(
                () => cards.AllToAll(two, device.Allocate<float>(new Shape(2))));
            watch.Join();
            Assert.Equal(
                what, Assert.Throws<ClusterException>(() => cards.AllGather(two, device.Allocate<float>(new Shape(4))))
                    .Message);
            Assert.DoesNotContain("destroy", NcclStandIn.TakeCalls(), StringComparison.Ordinal);
            return error;
        });

        var lost = Assert.IsType<ClusterException>(errors[0]);
        Assert.True(lost.IsLoss);
        Assert.Equal(what, lost.Message);
    }

    private static string?[] Refused(int count, Func<int, string> card)
    {
        Gcc.Required();
        return ThreadProcesses.Run(count, processes =>
        {
            string? line = null;
            Assert.Null(NcclStandIn.Join(processes, one => line = one, card(processes.Rank)));
            Assert.Equal(0, NcclStandIn.Blocks);
            return line;
        });
    }

    private static T[] OnCards<T>(int count, Func<ICollective, ComputeDevice, NcclCollective, T> function)
    {
        Gcc.Required();
        return ThreadProcesses.Run(count, processes =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
            using NcclCollective cards = NcclStandIn.Join(processes)!;
            return function(processes, device, cards);
        });
    }
}
