using System.Diagnostics;
using NativeCnn.Model.Clusters;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Clusters;

public sealed class ProcessWatchTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public void LastWords_OfAProcess_ReachAllOthers()
    {
        string?[] failures = Watched(3, (watch, rank) =>
        {
            if (rank == 2)
            {
                watch.Leave("the disk is full");
                return null;
            }

            return FailureOf(watch);
        });

        Assert.Equal("process 2 of 3 ended: the disk is full", failures[0]);
        Assert.Equal("process 2 of 3 ended: the disk is full", failures[1]);
    }

    [Fact]
    public void AnEndOfTheFirst_ReachesAllOthers()
    {
        string?[] failures = Watched(3, (watch, rank) =>
        {
            if (rank == 0)
            {
                watch.Leave("it was so");
                return null;
            }

            return FailureOf(watch);
        });

        Assert.All(failures[1..], one => Assert.Equal("process 0 of 3 ended: it was so", one));
    }

    [Fact]
    public void AnOrderlyEnd_IsNoFailure()
    {
        string?[] failures = Watched(3, (watch, rank) =>
        {
            if (rank != 0)
            {
                watch.Dispose();
                return null;
            }

            Thread.Sleep(500);
            return watch.Failure;
        });

        Assert.All(failures, Assert.Null);
    }

    private static string?[] Watched(int count, Func<ProcessWatch, int, string?> function) =>
        ThreadProcesses.Run(count, processes =>
        {
            var watch = ProcessWatch.Begin(processes);
            string? failure = function(watch, processes.Rank);
            watch.Dispose();
            return failure;
        });

    private static string? FailureOf(ProcessWatch watch)
    {
        long begun = Stopwatch.GetTimestamp();
        while (watch.Failure is null && Stopwatch.GetElapsedTime(begun) < Soon)
        {
            Thread.Sleep(10);
        }

        return watch.Failure;
    }
}
