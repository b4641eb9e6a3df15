// Threads of our own for the host bodies. A dispatch costs a few microseconds where a thread pool costs tens:
// workers spin for a moment before they sleep, nothing is allocated, and the caller works along.
using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.HostBodies;

/// <summary>
/// A fixed team of threads. <see cref="Run{TBody}(int, in TBody)"/> gives each worker a contiguous range of the parts,
/// always the same one, so that what one operator left in a core's cache is there for the next. A worker that is done
/// takes parts from the ranges of others: a thread that the machine has put aside, or that still wakes up, holds nobody
/// up. Since a part's result must not depend on who runs it, results never depend on timing.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed unsafe class HostWorkers : IDisposable
{
    // Long enough to bridge the gap between two operators of a step, short enough not to burn a core for nothing.
    private const int SpinsBeforeSleep = 2_000;

    // Nanoseconds. A dispatch costs one or two microseconds where the team still spins, five and more where it sleeps,
    // and a team of two saves half of the work.
    private const long WorthATeam = 2_500;

    // A range's claim: the number of the call in the upper half, the next part in the lower; a cache line for each.
    private const int ClaimStride = 16;
    private const int Exhausted = int.MaxValue;

    private readonly Thread[] threads;
    private readonly Seat[] seats;
    private readonly long[] claims;
    private delegate*<void*, int, int, void> invoke;
    private void* body;
    private int parts;
    private int team;
    private int call;
    private int remaining;
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
        claims = new long[Count * ClaimStride];
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

    /// <summary>
    /// Runs all parts of a body and returns when they are done. Allocates nothing. A call from inside a part, or from
    /// another thread meanwhile, runs its parts on the calling thread as worker 0: such a body must not use scratch by
    /// worker.
    /// </summary>
    /// <param name="parts">How many parts there are; results must not depend on which worker runs one.</param>
    /// <param name="body">The work, a struct.</param>
    /// <exception cref="AggregateException">A part failed on another thread.</exception>
    public void Run<TBody>(int parts, in TBody body) where TBody : struct, IHostBody
    {
        // A nested or concurrent call finds the team at work and does its parts itself.
        if (Count == 1 || parts <= 1 || Interlocked.Exchange(ref busy, 1) == 1)
        {
            RunAlone(parts, body);
            return;
        }

        TBody local = body;
        try
        {
            this.body = Unsafe.AsPointer(ref local);
            invoke = &Invoke<TBody>;
            this.parts = parts;
            failure = null;
            team = Math.Min(Count, parts);
            int number = ++call;
            Volatile.Write(ref remaining, parts);
            for (int range = 0; range < team; range++)
            {
                Volatile.Write(ref Claim(range), Compose(number, First(range)));
            }

            for (int worker = 1; worker < team; worker++)
            {
                seats[worker].Ring();
            }

            Work(0, number);
            var spinner = default(SpinWait);
            while (Volatile.Read(ref remaining) > 0)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }

            // From here on the fields above may change: a worker that comes late must find nothing to claim.
            for (int range = 0; range < team; range++)
            {
                Volatile.Write(ref Claim(range), Compose(number, Exhausted));
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

    /// <summary>
    /// The same where the caller knows about how much work it is: little work is done by the calling thread, for it is
    /// done before a team would be at it. The parts are the same, so the results are.
    /// </summary>
    /// <param name="parts">How many parts there are; results must not depend on which worker runs one.</param>
    /// <param name="work">The work of all parts, in nanoseconds of one core: see <see cref="HostWork"/>.</param>
    /// <param name="body">The work, a struct.</param>
    /// <exception cref="AggregateException">A part failed on another thread.</exception>
    public void Run<TBody>(int parts, long work, in TBody body) where TBody : struct, IHostBody
    {
        if (work < WorthATeam)
        {
            RunAlone(parts, body);
        }
        else
        {
            Run(parts, body);
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

    private static void RunAlone<TBody>(int parts, in TBody body) where TBody : struct, IHostBody
    {
        TBody local = body;
        for (int part = 0; part < parts; part++)
        {
            local.Run(part, 0);
        }
    }

    private static void Invoke<TBody>(void* body, int part, int worker) where TBody : struct, IHostBody =>
        Unsafe.AsRef<TBody>(body).Run(part, worker);

    private static long Compose(int number, int part) => ((long)number << 32) | (uint)part;

    private ref long Claim(int range) => ref claims[range * ClaimStride];

    private int First(int range) => (int)((long)parts * range / team);

    /// <summary>Does the parts of a worker's own range, then what is left of the others'.</summary>
    private void Work(int worker, int number)
    {
        int done = 0;
        int ranges = team;
        for (int i = 0; i < ranges; i++)
        {
            int range = worker + i < ranges ? worker + i : worker + i - ranges;
            while (TryClaim(range, number, out int part))
            {
                try
                {
                    invoke(body, part, worker);
                }
#pragma warning disable CA1031 // Whatever a part throws belongs to the caller of Run.
                catch (Exception thrown)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, thrown, null);
                }

                done++;
            }
        }

        if (done > 0)
        {
            Interlocked.Add(ref remaining, -done);
        }
    }

    /// <summary>Takes the next part of a range; fails where none is left or the call is over.</summary>
    private bool TryClaim(int range, int number, out int part)
    {
        ref long claim = ref Claim(range);
        while (true)
        {
            long seen = Volatile.Read(ref claim);
            part = (int)seen;
            if ((int)(seen >> 32) != number || part >= First(range + 1))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref claim, seen + 1, seen) == seen)
            {
                return true;
            }
        }
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

            // The worker's own claim tells which call it was woken for. If that is over, or another has begun since,
            // there is nothing of it left to claim, or it does the newer call's parts.
            Work(worker, (int)(Volatile.Read(ref Claim(worker)) >> 32));
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
