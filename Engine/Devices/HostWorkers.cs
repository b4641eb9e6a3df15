// Threads of our own for the host bodies. A dispatch costs a few microseconds where a thread pool costs tens:
// workers spin for a moment before they sleep, nothing is allocated, and the caller works along.
using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.Devices;

/// <summary>A piece of work that is split into parts. Parts may run at the same time and in any order.</summary>
public interface IHostBody
{
    /// <summary>Does one part.</summary>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="worker">Which worker runs it, from 0: the place of per-worker scratch.</param>
    void Run(int part, int worker);
}

/// <summary>
/// A fixed team of threads. <see cref="Run"/> splits the parts into one contiguous range for each worker, always the
/// same way, so results depend on the number of workers at most, never on timing.
/// </summary>
public sealed unsafe class HostWorkers : IDisposable
{
    // Long enough to bridge the gap between two operators of a step, short enough not to burn a core for nothing.
    private const int SpinsBeforeSleep = 2_000;

    private readonly Thread[] threads;
    private readonly Seat[] seats;
    private delegate*<void*, int, int, int, void> invoke;
    private void* body;
    private int parts;
    private int team;
    private int pending;
    private int busy;
    private Exception? failure;
    private volatile bool closing;

    /// <summary>Starts the team.</summary>
    /// <param name="count">Workers, the calling thread counted; 0 takes one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public HostWorkers(int count = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count == 0 ? Environment.ProcessorCount : count;
        seats = new Seat[Count];
        threads = new Thread[Count - 1];
        for (int worker = 1; worker < Count; worker++)
        {
            seats[worker] = new Seat();
            int mine = worker;
            threads[worker - 1] = new Thread(() => Serve(mine))
            {
                IsBackground = true,
                Name = $"nativecnn worker {worker}",
            };
            threads[worker - 1].Start();
        }
    }

    /// <summary>Workers of the team, the calling thread counted.</summary>
    public int Count { get; }

    /// <summary>Runs all parts of a body and returns when they are done. Allocates nothing.</summary>
    /// <param name="parts">How many parts there are; results must not depend on which worker runs one.</param>
    /// <param name="body">The work, a struct.</param>
    /// <exception cref="AggregateException">A part failed on another thread.</exception>
    public void Run<TBody>(int parts, in TBody body) where TBody : struct, IHostBody
    {
        TBody local = body;
        // A nested or concurrent call finds the team at work and does its parts itself.
        if (Count == 1 || parts <= 1 || Interlocked.Exchange(ref busy, 1) == 1)
        {
            for (int part = 0; part < parts; part++)
            {
                local.Run(part, 0);
            }

            return;
        }

        try
        {
            this.body = Unsafe.AsPointer(ref local);
            invoke = &Invoke<TBody>;
            this.parts = parts;
            failure = null;
            team = Math.Min(Count, parts);
            Volatile.Write(ref pending, team - 1);
            for (int worker = 1; worker < team; worker++)
            {
                seats[worker].Ring();
            }

            try
            {
                Work(0);
            }
            finally
            {
                var spinner = default(SpinWait);
                while (Volatile.Read(ref pending) > 0)
                {
                    spinner.SpinOnce(sleep1Threshold: -1);
                }
            }

            if (failure is { } thrown)
            {
                throw new AggregateException(thrown);
            }
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closing = true;
        for (int worker = 1; worker < Count; worker++)
        {
            seats[worker].Ring();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        foreach (Seat? seat in seats)
        {
            seat?.Dispose();
        }
    }

    private static void Invoke<TBody>(void* body, int first, int last, int worker) where TBody : struct, IHostBody
    {
        ref TBody work = ref Unsafe.AsRef<TBody>(body);
        for (int part = first; part < last; part++)
        {
            work.Run(part, worker);
        }
    }

    private void Work(int worker)
    {
        int first = (int)((long)parts * worker / team);
        int last = (int)((long)parts * (worker + 1) / team);
        invoke(body, first, last, worker);
    }

    private void Serve(int worker)
    {
        while (true)
        {
            seats[worker].Await();
            if (closing)
            {
                return;
            }

            try
            {
                Work(worker);
            }
#pragma warning disable CA1031 // Whatever a part throws belongs to the caller of Run.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, thrown, null);
            }

            Interlocked.Decrement(ref pending);
        }
    }

    /// <summary>Where one worker waits for its ticket to change: it spins first, then sleeps until woken.</summary>
    private sealed class Seat : IDisposable
    {
        private readonly SemaphoreSlim bell = new(0);
        private int ticket;
        private int seen;
        private int asleep;

        /// <summary>Called by the dispatcher: there is one more piece of work for this worker.</summary>
        public void Ring()
        {
            Interlocked.Increment(ref ticket);
            if (Interlocked.Exchange(ref asleep, 0) == 1)
            {
                bell.Release();
            }
        }

        /// <summary>Called by the worker: returns once for every <see cref="Ring"/>.</summary>
        public void Await()
        {
            for (int spin = 0; spin < SpinsBeforeSleep && Volatile.Read(ref ticket) == seen; spin++)
            {
                Thread.SpinWait(8);
            }

            if (Volatile.Read(ref ticket) == seen)
            {
                Interlocked.Exchange(ref asleep, 1);
                // The ticket may have changed just before: whoever takes the flag back decides whether the bell rings.
                if (Volatile.Read(ref ticket) == seen || Interlocked.Exchange(ref asleep, 0) == 0)
                {
                    bell.Wait();
                }
            }

            seen++;
        }

        public void Dispose() => bell.Dispose();
    }
}
