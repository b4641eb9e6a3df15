// Copies from global to shared memory that go on while their thread does other work: cp.async of the PTX ISA. Here a
// copy lands at the latest moment that hardware may take: when its thread waits for it. Until then what it will write
// belongs to nobody: whoever reads or writes it, or starts another copy to it, is told so. Landing is a write of the
// thread, so that others who read without a barrier after the wait are a race.
using System.Numerics;
using System.Runtime.InteropServices;

namespace NativeCnn.Engine.Ptx;

/// <summary>The copies of a group's threads that have not landed, and the instructions about them.</summary>
internal sealed unsafe class PtxCopies : IDisposable
{
    /// <summary>How the names of the instructions begin.</summary>
    public const string Name = "cp.async";

    /// <summary>Where an instruction's operands have the bytes that are added to the source's address.</summary>
    public const int SourceOffset = 3;

    private const int Word = sizeof(uint);

    private readonly List<Copy> started = []; // Their numbers are their places.
    private readonly Stack<int> landed = [];  // Places that another copy may take.
    private readonly GCHandle handle;
    private ThreadCopies[] threads = [];
    private bool isEmpty = true;

    public PtxCopies() => handle = GCHandle.Alloc(this);

    /// <summary>For <see cref="PtxGroup.Copies"/>.</summary>
    public nint Handle => GCHandle.ToIntPtr(handle);

    /// <summary>Those of a group.</summary>
    public static PtxCopies Of(PtxGroup* group) => (PtxCopies)GCHandle.FromIntPtr(group->Copies).Target!;

    /// <summary>Forgets the copies of the group before, landed or not.</summary>
    /// <param name="count">Threads of the group.</param>
    public void BeginGroup(int count)
    {
        if (isEmpty && count <= threads.Length)
        {
            return;
        }

        started.Clear();
        landed.Clear();
        threads = [.. Enumerable.Range(0, count).Select(_ => new ThreadCopies())];
        isEmpty = true;
    }

    /// <summary>Who copies, from where in the text, and what is missing.</summary>
    /// <param name="copy">Its number.</param>
    public string Describe(int copy)
    {
        Copy one = started[copy];
        return $"an asynchronous copy of thread {one.Thread}, started in line {one.Line}, has yet to write: no " +
            $"{Name}.wait_group of that thread lies between that waits for it";
    }

    /// <summary><c>cp.async.{ca,cg}.shared.global</c> to, from, size, bytes that are read.</summary>
    public static void Start(PtxWarp* warp, PtxInstruction* one)
    {
        PtxCopies copies = Of(warp->Group);
        copies.isEmpty = false;
        ulong* to = (ulong*)(warp->Registers + one->Operand[0]);
        ulong* from = (ulong*)(warp->Registers + one->Operand[1]);
        uint* bytes = (uint*)(warp->Registers + one->Operand[2]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            copies.Start(warp, one, lane, to[lane] + (ulong)one->Offset, from[lane], bytes[lane]);
        }
    }

    /// <summary><c>cp.async.commit_group</c>: a group of all that a thread started since its last one.</summary>
    public static void Commit(PtxWarp* warp, PtxInstruction* one)
    {
        PtxCopies copies = Of(warp->Group);
        copies.isEmpty = false;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            copies.threads[Thread(warp, BitOperations.TrailingZeroCount(left))].Groups++;
        }
    }

    /// <summary><c>cp.async.wait_group</c> n: all groups of a thread but its newest n land.</summary>
    public static void Wait(PtxWarp* warp, PtxInstruction* one)
    {
        PtxCopies copies = Of(warp->Group);
        int* newest = (int*)(warp->Registers + one->Operand[0]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            copies.Land(warp, one, lane, copies.threads[Thread(warp, lane)].Groups - newest[lane]);
        }
    }

    /// <summary><c>cp.async.wait_all</c>: all copies of a thread land, those of no group among them.</summary>
    public static void WaitForAll(PtxWarp* warp, PtxInstruction* one)
    {
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            Of(warp->Group).Land(warp, one, BitOperations.TrailingZeroCount(left), int.MaxValue);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Free();

    private static int Thread(PtxWarp* warp, int lane) => (warp->Index * PtxWarp.Lanes) + lane;

    private void Start(PtxWarp* warp, PtxInstruction* one, int lane, ulong to, ulong from, uint read)
    {
        PtxGroup* group = warp->Group;
        (int thread, int size) = (Thread(warp, lane), one->Count);
        if (read > size)
        {
            throw new PtxFault(one->Line, $"reads {read} bytes in thread {thread} for a copy of {size}");
        }

        long at = group->Shared.Find(to, size);
        if (at < 0)
        {
            throw new PtxAccessFault(one->Line, $"thread {thread}", to, size, at, isGlobal: false);
        }

        UInt128 value = 0;
        if (read > 0)
        {
            byte* source = Source(warp, one, thread, from + (ulong)one->Operand[SourceOffset], (int)read);
            new Span<byte>(source, (int)read).CopyTo(new Span<byte>(&value, size));
        }

        if (!landed.TryPop(out int number))
        {
            number = started.Count;
            started.Add(default);
        }

        PtxSharedWord* use = group->SharedUse + ((at - (long)group->SharedMemory) / Word);
        for (int word = 0; word < size / Word; word++)
        {
            if (use[word].CopyEpoch >= group->FirstEpoch)
            {
                throw new PtxFault(
                    one->Line,
                    $"copies in thread {thread} to shared memory that {Describe(use[word].Copy)}");
            }

            PtxSharedWord asWritten = use[word]; // It is noted as written when it lands.
            if (asWritten.Write(group->Epoch, thread, warp->Syncs) is >= 0 and int other)
            {
                throw new PtxFault(
                    one->Line,
                    $"has a race in shared memory: thread {thread} starts a copy to what thread {other} reads or " +
                    "writes, and no barrier lies between");
            }

            (use[word].CopyEpoch, use[word].Copy) = (group->Epoch, number);
        }

        threads[thread].Waiting.Enqueue(number);
        started[number] = new Copy(thread, one->Line, threads[thread].Groups, at, size, value);
    }

    // It is aligned for all that the copy writes, but only what is read must be there.
    private static byte* Source(PtxWarp* warp, PtxInstruction* one, int thread, ulong from, int read)
    {
        ref readonly PtxSpace global = ref warp->Group->Global;
        long first = global.Find(from, 1);
        long last = global.Find(from + (ulong)read - 1, 1);
        long found = first < 0 || last < 0 ? PtxSpace.Outside
            : (first & (one->Count - 1)) != 0 ? PtxSpace.Unaligned
            : first;
        return found >= 0
            ? (byte*)found
            : throw new PtxAccessFault(one->Line, $"thread {thread}", from, read, found, isGlobal: true);
    }

    private void Land(PtxWarp* warp, PtxInstruction* one, int lane, int groups)
    {
        PtxGroup* group = warp->Group;
        Queue<int> waiting = threads[Thread(warp, lane)].Waiting;
        while (waiting.TryPeek(out int number) && started[number].Group < groups)
        {
            landed.Push(waiting.Dequeue());
            Copy copy = started[number];
            UInt128 value = copy.Value;
            new Span<byte>(&value, copy.Bytes).CopyTo(new Span<byte>((byte*)copy.At, copy.Bytes));
            PtxSharedWord* use = group->SharedUse + ((copy.At - (long)group->SharedMemory) / Word);
            for (int word = 0; word < copy.Bytes / Word; word++)
            {
                use[word].CopyEpoch = 0;
                use[word].Write(group->Epoch, copy.Thread, warp->Syncs);
            }
        }
    }

    private readonly record struct Copy(int Thread, int Line, int Group, long At, int Bytes, UInt128 Value);

    // Group is how many groups the thread had made before: the copy's own group is that one, once it is made.
    private sealed class ThreadCopies
    {
        public Queue<int> Waiting { get; } = new();

        public int Groups { get; set; }
    }
}
