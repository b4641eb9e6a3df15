using NativeCnn.Model.Clusters;

namespace NativeCnn.Tests.Support;

/// <summary>Threads in the place of processes: what training together needs of MPI, without it.</summary>
internal sealed class ThreadProcesses : IDisposable
{
    private readonly Barrier barrier;
    private readonly byte[][] blocks;

    private ThreadProcesses(int count)
    {
        barrier = new Barrier(count);
        blocks = new byte[count][];
    }

    /// <summary>Runs a function on as many threads as processes; gives what each came to.</summary>
    public static T[] Run<T>(int count, Func<ICollective, T> function)
    {
        using var group = new ThreadProcesses(count);
        var results = new T[count];
        var errors = new Exception?[count];
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(rank => new Thread(() =>
            {
                try
                {
                    results[rank] = function(new Member(group, rank, count));
                }
                catch (Exception error)
                {
                    errors[rank] = error;
                    group.barrier.RemoveParticipant();
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return errors.FirstOrDefault(error => error is not null) is { } first
            ? throw new AggregateException(first.Message, errors.OfType<Exception>())
            : results;
    }

    public void Dispose() => barrier.Dispose();

    private sealed class Member(ThreadProcesses group, int rank, int count) : ICollective
    {
        public int Rank => rank;

        public int Count => count;

        public string About => "threads";

        public void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
        {
            group.blocks[rank] = own.ToArray();
            group.barrier.SignalAndWait();
            for (int i = 0; i < count; i++)
            {
                group.blocks[i].CopyTo(all[(i * own.Length)..]);
            }

            group.barrier.SignalAndWait();
        }

        public void AllToAll(ReadOnlySpan<byte> own, Span<byte> received)
        {
            byte[] all = new byte[own.Length * count];
            AllGather(own, all);
            int block = own.Length / count;
            for (int i = 0; i < count; i++)
            {
                all.AsSpan((i * own.Length) + (rank * block), block).CopyTo(received[(i * block)..]);
            }
        }

        public void Dispose()
        {
        }
    }
}
