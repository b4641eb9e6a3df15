using System.Diagnostics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Devices;

[Collection(Alone.Name)]
public sealed class HostWorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void HostWorkers_EveryPart_RunsOnceOnAWorkerOfTheTeam(int count)
    {
        using var workers = new HostWorkers(count);
        foreach (int parts in (int[])[0, 1, 2, 3, 5, 8, 100, 1001])
        {
            int[] runs = new int[parts];
            int[] byWorker = new int[count];
            workers.Run(parts, new CountBody(runs, byWorker));

            Assert.All(runs, run => Assert.Equal(1, run));
            Assert.Equal(parts, byWorker.Sum());
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void HostWorkers_APartThatTakesLong_HoldsNoOtherPartUp(int count)
    {
        using var workers = new HostWorkers(count);
        for (int again = 0; again < 20; again++)
        {
            // The first part ends when all others are done: somebody must take over those of its worker's range.
            int[] done = new int[1];
            workers.Run(40, new LongFirstBody(done, 40));
            Assert.Equal(40, done[0]);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 9)]
    [InlineData(4, 5)]
    public void HostWorkers_Exception_SurfacesAndTheTeamGoesOn(int count, int failing)
    {
        using var workers = new HostWorkers(count);
        for (int again = 0; again < 20; again++)
        {
            Exception error = Assert.ThrowsAny<Exception>(() => workers.Run(10, new FailingBody(failing)));
            Exception cause = error is AggregateException ? error.InnerException! : error;
            Assert.Equal($"part {failing}", Assert.IsType<InvalidOperationException>(cause).Message);

            int[] runs = new int[10];
            workers.Run(10, new CountBody(runs, new int[count]));
            Assert.All(runs, run => Assert.Equal(1, run));
        }
    }

    [Fact]
    public void HostWorkers_ExceptionOfEveryWorker_LeavesNoneForTheNextRun()
    {
        using var workers = new HostWorkers(3);
        for (int again = 0; again < 20; again++)
        {
            Assert.ThrowsAny<Exception>(() => workers.Run(3, new FailingBody(-1)));

            int[] runs = new int[10];
            workers.Run(10, new CountBody(runs, new int[3]));
            Assert.All(runs, run => Assert.Equal(1, run));
        }
    }

    [Fact]
    public void HostWorkers_NestedCalls_RunEveryPartOnce()
    {
        using var workers = new HostWorkers(4);
        int[] runs = new int[20 * 30];

        workers.Run(20, new NestingBody(workers, runs));

        Assert.All(runs, run => Assert.Equal(1, run));
    }

    [Fact]
    public void HostWorkers_HundredThousandDispatches_LoseNothingAndAllocateNothing()
    {
        using var workers = new HostWorkers(2);
        long[] sums = new long[2 * 16];
        workers.Run(2, new AddBody(sums));
        sums.AsSpan().Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100_000; i++)
        {
            workers.Run(2, new AddBody(sums));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        Assert.Equal(100_000, sums[0]);
        Assert.Equal(100_000, sums[16]);
    }

    [Fact]
    public void HostWorkers_AfterSleep_WakeUp()
    {
        using var workers = new HostWorkers(4);
        for (int nap = 0; nap < 30; nap++)
        {
            int[] runs = new int[64];
            workers.Run(64, new CountBody(runs, new int[4]));
            Assert.All(runs, run => Assert.Equal(1, run));
            Thread.Sleep(nap % 3 == 0 ? 20 : nap % 3); // Longer than workers spin, about as long, and not at all.
        }
    }

    [Fact]
    public void HostWorkers_Asleep_UseNoProcessorTime()
    {
        using var workers = new HostWorkers(4);
        workers.Run(4, new OwnerBody(new int[4]));
        Thread.Sleep(100);
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        Thread.Sleep(400);

        double used = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;

        Assert.True(used < 300, $"the process used {used} ms of processor time in 400 ms of rest");
    }

    [Fact]
    public void HostWorkers_LittleWork_IsDoneByTheCallingThread()
    {
        using var workers = new HostWorkers(4);
        int[] runs = new int[64];
        int[] byWorker = new int[4];

        workers.Run(64, 100, new CountBody(runs, byWorker));

        Assert.All(runs, run => Assert.Equal(1, run));
        Assert.Equal(64, byWorker[0]);
    }

    [Fact]
    public void HostWorkers_MuchWork_RunsEveryPartOnceOnTheTeam()
    {
        using var workers = new HostWorkers(4);
        int[] done = new int[1];

        // The first part waits for all others, so one thread alone would never be done.
        workers.Run(16, 1_000_000, new LongFirstBody(done, 16));

        Assert.Equal(16, done[0]);
    }

    [Fact]
    public void HostWorkers_NegativeCount_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostWorkers(-1));

    [Fact]
    public void HostWorkers_Default_IsOneForEachProcessor()
    {
        using var workers = new HostWorkers();
        Assert.Equal(Environment.ProcessorCount, workers.Count);
    }

    private readonly struct CountBody(int[] runs, int[] byWorker) : IHostBody
    {
        public void Run(int part, int worker)
        {
            Interlocked.Increment(ref runs[part]);
            Interlocked.Increment(ref byWorker[worker]);
        }
    }

    private readonly struct LongFirstBody(int[] done, int parts) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int[] counter = done;
            int others = parts - 1;
            if (part == 0 &&
                !SpinWait.SpinUntil(() => Volatile.Read(ref counter[0]) == others, TimeSpan.FromSeconds(20)))
            {
                throw new TimeoutException("the other parts were not done");
            }

            Interlocked.Increment(ref done[0]);
        }
    }

    private readonly struct OwnerBody(int[] owners) : IHostBody
    {
        public void Run(int part, int worker) => owners[part] = worker;
    }

    private readonly struct AddBody(long[] sums) : IHostBody
    {
        public void Run(int part, int worker) => sums[part * 16]++;
    }

    private readonly struct FailingBody(int failing) : IHostBody
    {
        public void Run(int part, int worker)
        {
            if (part == failing || failing < 0)
            {
                throw new InvalidOperationException($"part {part}");
            }
        }
    }

    private readonly struct NestingBody(HostWorkers workers, int[] runs) : IHostBody
    {
        public void Run(int part, int worker) => workers.Run(30, new InnerBody(runs, part * 30));
    }

    private readonly struct InnerBody(int[] runs, int start) : IHostBody
    {
        public void Run(int part, int worker) => Interlocked.Increment(ref runs[start + part]);
    }
}
