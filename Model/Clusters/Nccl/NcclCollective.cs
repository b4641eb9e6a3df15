// Processes that have a card each, by NCCL: what lies in the cards' memory travels between cards. The group's name
// travels over what connects the processes already, and so does whether all can: they agree, or none uses it.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Clusters.Nccl;

/// <summary>The cards of processes that train together.</summary>
/// <remarks>For one thread at a time, but for <see cref="Abort"/>.</remarks>
internal sealed class NcclCollective : IDeviceCollective
{
    /// <summary>The variable that says <c>off</c> where NCCL is not to be used.</summary>
    public const string Variable = "NATIVECNN_NCCL";

    private static readonly TimeSpan PatienceOfAbort = TimeSpan.FromSeconds(0.5);

    private readonly NcclLibrary library;
    private readonly CudaPrimaryContext context;
    private readonly nint communicator;
    private readonly int count;
    private readonly Lock guard = new();
    private readonly Dictionary<(string Use, int Length), nint> rooms = [];
    private volatile string? failure;
    private bool isOver;

    private NcclCollective(NcclLibrary library, CudaPrimaryContext context, nint communicator, int count)
    {
        this.library = library;
        this.context = context;
        this.communicator = communicator;
        this.count = count;
    }

    /// <inheritdoc/>
    public string About => $"NCCL {library.Version}";

    /// <summary>Joins the cards of processes, where all of them can; all call it together.</summary>
    /// <param name="processes">Who.</param>
    /// <param name="device">What this process trains on.</param>
    /// <param name="remark">Told why not, in one line, where all train on CUDA devices.</param>
    /// <returns>Null where one of them cannot, in all of them.</returns>
    public static NcclCollective? TryJoin(ICollective processes, ComputeDevice device, Action<string> remark) =>
        TryJoin(
            processes, CudaPrimaryContext.CardOf(device), NcclLibrary.Find, () => CudaPrimaryContext.Of(device),
            remark);

    /// <summary>Joins by a library and a card's context of the caller's, for tests.</summary>
    /// <param name="processes">Who.</param>
    /// <param name="card">What tells this process's card from others of its machine; null where it has none.</param>
    /// <param name="find">The library; null where there is none.</param>
    /// <param name="open">The card's primary context.</param>
    /// <param name="remark">Told why not.</param>
    internal static NcclCollective? TryJoin(
        ICollective processes, string? card, Func<NcclLibrary?> find, Func<CudaPrimaryContext> open,
        Action<string> remark)
    {
        (NcclLibrary? library, string? why) = card is null ? (null, "") : Find(find);
        string[] cards = processes.GatherTexts(card is null ? "" : $"card {card} of {Environment.MachineName}");
        string[] reasons = processes.GatherTexts(why ?? "");
        string[] versions = processes.GatherTexts(library?.Version ?? "");
        if (processes.Count == 1 || cards.Contains(""))
        {
            return null;
        }

        if (WhyNot(cards, reasons, versions) is { } not)
        {
            Tell(not);
            return null;
        }

        // From here on each step is taken by all, and all learn whether it was.
        byte[] id = [];
        CudaPrimaryContext? context = null;
        if (!All(() =>
            {
                id = processes.IsFirst() ? library!.NewId() : new byte[NcclUniqueId.Length];
                context = open();
            }))
        {
            context?.Dispose();
            return null;
        }

        id = processes.Gather<byte>(id)[..NcclUniqueId.Length];
        nint communicator = 0;
        if (!All(() => communicator = context!.Within(() => library!.Join(id, processes.Rank, processes.Count))))
        {
            if (communicator != 0)
            {
                library!.Abort(communicator);
            }

            context!.Dispose();
            return null;
        }

        return new NcclCollective(library!, context!, communicator, processes.Count);

        bool All(Action step)
        {
            string error = "";
            try
            {
                step();
            }
            catch (Exception refused) when (refused is ClusterException or GraphException)
            {
                error = refused.Message;
            }

            string[] errors = processes.GatherTexts(error);
            int failed = Array.FindIndex(errors, one => one.Length > 0);
            if (failed >= 0)
            {
                Tell($"process {failed}: {errors[failed]}");
            }

            return failed < 0;
        }

        void Tell(string reason) => remark($"gradients go through the machines' memory, not by NCCL: {reason}");
    }

    /// <inheritdoc/>
    public void AllGather(Tensor<float> own, Tensor<float> all)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(all);
        ArgumentOutOfRangeException.ThrowIfNotEqual(all.Length, own.Length * count);
        Exchange(own, all, (from, to) => library.AllGather(from, to, own.Length, communicator, context.Stream));
    }

    /// <inheritdoc/>
    public void AllToAll(Tensor<float> own, Tensor<float> received)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(received);
        ArgumentOutOfRangeException.ThrowIfNotEqual(received.Length, own.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(own.Length % count, 0);
        Exchange(own, received, (from, to) => library.AllToAll(
            from, to, own.Length / count, count, communicator, context.Stream));
    }

    /// <summary>
    /// Ends what is under way, from any thread, because a process ended: the cards would wait for it for ever.
    /// </summary>
    /// <param name="why">What happened, in a sentence.</param>
    public void Abort(string why)
    {
        failure ??= why;

        // A call may wait within the library for the process that ended, and only this ends it; then the lock is its.
        bool isFree = guard.TryEnter(PatienceOfAbort);
        try
        {
            if (!isOver)
            {
                isOver = true;
                library.Abort(communicator);
            }
        }
        finally
        {
            if (isFree)
            {
                guard.Exit();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (guard)
        {
            if (isOver)
            {
                return; // What is left of it goes with the process.
            }

            isOver = true;
            context.Within(() =>
            {
                library.Destroy(communicator);
                return true;
            });
            context.Dispose();
        }
    }

    private static (NcclLibrary? Library, string? Why) Find(Func<NcclLibrary?> find)
    {
        if (Environment.GetEnvironmentVariable(Variable) == "off")
        {
            return (null, $"{Variable} is off");
        }

        try
        {
            return find() is { } found ? (found, null)
                : (null,
                    "libnccl.so.2 cannot be loaded; install NVIDIA's NCCL, or put its folder into LD_LIBRARY_PATH");
        }
        catch (ClusterException error)
        {
            return (null, error.Message);
        }
    }

    private static string? WhyNot(string[] cards, string[] reasons, string[] versions)
    {
        for (int rank = 0; rank < cards.Length; rank++)
        {
            if (reasons[rank].Length > 0)
            {
                return $"process {rank}: {reasons[rank]}";
            }

            if (versions[rank] != versions[0])
            {
                return $"process {rank} has version {versions[rank]}, process 0 {versions[0]}";
            }

            if (Array.IndexOf(cards, cards[rank]) is var other && other < rank)
            {
                return $"processes {other} and {rank} have the same {cards[rank]}, and it wants one for each";
            }
        }

        return null;
    }

    private void Exchange(Tensor<float> own, Tensor<float> all, Action<nint, nint> exchange)
    {
        lock (guard)
        {
            ThrowWhereItFailed();
            try
            {
                nint from = RoomOf("own", own.Length);
                nint to = RoomOf("all", all.Length);
                context.Bring(from, own);
                if (context.Within(() => Given(() => exchange(from, to))) is { } error)
                {
                    throw new ClusterException($"NCCL failed: {error}");
                }

                context.Return(all, to);
            }
            catch (Exception error) when (error is ClusterException or GraphException)
            {
                // Where a process ended, that is what matters, not what the library makes of it.
                ThrowWhereItFailed();
                throw error as ClusterException ?? new ClusterException(error.Message, error);
            }

            ThrowWhereItFailed();
        }
    }

    private string? Given(Action exchange)
    {
        exchange();
        return library.ErrorOf(communicator);
    }

    private nint RoomOf(string use, int length)
    {
        if (!rooms.TryGetValue((use, length), out nint room))
        {
            room = context.Take(length);
            rooms.Add((use, length), room);
        }

        return room;
    }

    private void ThrowWhereItFailed()
    {
        if (failure is { } why)
        {
            throw new ClusterException(why) { IsLoss = true };
        }
    }
}
