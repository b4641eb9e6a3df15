// A few threads of our own for work that waits for files: the pool would add threads without end.
using System.Runtime.ExceptionServices;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Runs work on several threads.</summary>
internal static class SideBySide
{
    /// <summary>Runs work on threads, and something else on this one, until both are done or one fails.</summary>
    /// <param name="threads">How many do the work.</param>
    /// <param name="work">What each does.</param>
    /// <param name="stop">Cancelled when one fails, so that the others end.</param>
    /// <param name="finish">Done once, when all threads are.</param>
    /// <param name="meanwhile">What this thread does.</param>
    public static void Run(
        int threads, Action work, CancellationTokenSource stop, Action? finish = null, Action? meanwhile = null)
    {
        Exception? failure = null;
        Task[] tasks =
        [
            .. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
                () => Guard(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        Task all = Task.WhenAll(tasks).ContinueWith(
            _ => finish?.Invoke(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (meanwhile is not null)
        {
            Guard(meanwhile);
        }

        all.Wait(CancellationToken.None);
        if (failure is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        void Guard(Action action)
        {
            try
            {
                action();
            }
#pragma warning disable CA1031 // Whatever fails belongs to the caller; the others stop because of it.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, error, null);
                stop.Cancel();
            }
        }
    }
}
