namespace NativeCnn.Tests.Support;

/// <summary>What an action takes of the managed heap.</summary>
internal static class Allocated
{
    /// <summary>
    /// Bytes that an action takes on this thread: the least of several runs, for now and then the runtime takes some of
    /// its own, when it compiles a method anew or fills a pool that was emptied; what the action takes, every run has.
    /// </summary>
    public static long By(Action action, int runs = 5)
    {
        long least = long.MaxValue;
        for (int run = 0; run < runs && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
