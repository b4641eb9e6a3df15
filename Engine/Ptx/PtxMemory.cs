// The bodies of instructions that load and store. Every address is checked: see PtxSpace. Shared memory must have been
// written before it is read, and have a barrier between what two threads do to a word; local memory must have been
// written.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Ptx;

internal static unsafe class PtxMemory
{
    private const int Word = sizeof(uint);

    /// <summary><c>ld.param</c>: the same for all lanes.</summary>
    public static void LoadParameter<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        if (one->Offset + sizeof(T) > warp->Group->ParameterBytes)
        {
            throw new PtxFault(one->Line, "reads behind its arguments");
        }

        T* d = (T*)(warp->Registers + one->Operand[0]);
        new Span<T>(d, PtxWarp.Lanes).Fill(*(T*)(warp->Group->Parameters + one->Offset));
    }

    /// <summary><c>ld.global</c>.</summary>
    public static void LoadGlobal<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        ulong* addresses = Addresses(warp, one);
        int bytes = sizeof(T) * one->Count;
        if (one->Count == 1 && AreNeighbours(warp, one, addresses, sizeof(T), out T* first))
        {
            new Span<T>(first, PtxWarp.Lanes).CopyTo(new Span<T>(warp->Registers + one->Operand[0], PtxWarp.Lanes));
            return;
        }

        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            T* from = (T*)Find(warp, one, lane, in warp->Group->Global, addresses[lane], bytes);
            Spread(warp, one, lane, from);
        }
    }

    /// <summary><c>st.global</c>.</summary>
    public static void StoreGlobal<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        ulong* addresses = Addresses(warp, one);
        int bytes = sizeof(T) * one->Count;
        if (one->Count == 1 && AreNeighbours(warp, one, addresses, sizeof(T), out T* first))
        {
            new Span<T>(warp->Registers + one->Operand[0], PtxWarp.Lanes).CopyTo(new Span<T>(first, PtxWarp.Lanes));
            return;
        }

        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            T* to = (T*)Find(warp, one, lane, in warp->Group->Global, addresses[lane], bytes);
            Gather(warp, one, lane, to);
        }
    }

    /// <summary><c>ld.shared</c>.</summary>
    public static void LoadShared<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        ulong* addresses = Addresses(warp, one);
        PtxGroup* group = warp->Group;
        int bytes = sizeof(T) * one->Count;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            byte* from = (byte*)Find(warp, one, lane, in group->Shared, addresses[lane], bytes);
            PtxSharedWord* use = group->SharedUse + ((from - group->SharedMemory) / Word);
            int thread = (warp->Index * PtxWarp.Lanes) + lane;
            for (int word = 0; word < bytes / Word; word++)
            {
                if (use[word].WriteEpoch < group->FirstEpoch)
                {
                    throw new PtxFault(one->Line, $"thread {thread} reads shared memory that nothing has written yet");
                }

                int race = use[word].Read(group->Epoch, thread, warp->Syncs);
                if (race >= 0)
                {
                    throw Race(one, $"thread {thread} reads what thread {race} writes");
                }
            }

            Spread(warp, one, lane, (T*)from);
        }
    }

    /// <summary><c>st.shared</c>.</summary>
    public static void StoreShared<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        ulong* addresses = Addresses(warp, one);
        PtxGroup* group = warp->Group;
        int bytes = sizeof(T) * one->Count;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            byte* to = (byte*)Find(warp, one, lane, in group->Shared, addresses[lane], bytes);
            PtxSharedWord* use = group->SharedUse + ((to - group->SharedMemory) / Word);
            int thread = (warp->Index * PtxWarp.Lanes) + lane;
            for (int word = 0; word < bytes / Word; word++)
            {
                int race = use[word].Write(group->Epoch, thread, warp->Syncs);
                if (race >= 0)
                {
                    throw Race(one, $"thread {thread} writes what thread {race} reads or writes");
                }
            }

            Gather(warp, one, lane, (T*)to);
        }
    }

    /// <summary><c>ld.local</c>.</summary>
    public static void LoadLocal<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        ulong* addresses = Addresses(warp, one);
        int bytes = sizeof(T) * one->Count;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            long at = Find(warp, one, lane, in warp->Group->Local, addresses[lane], bytes) +
                ((long)lane * warp->Group->LocalBytes);
            if (new Span<bool>(warp->LocalWritten + (at / Word), bytes / Word).Contains(false))
            {
                throw new PtxFault(one->Line, $"{Thread(warp, lane)} reads local memory that it has not written");
            }

            Spread(warp, one, lane, (T*)(warp->Local + at));
        }
    }

    /// <summary><c>st.local</c>.</summary>
    public static void StoreLocal<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        ulong* addresses = Addresses(warp, one);
        int bytes = sizeof(T) * one->Count;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            long at = Find(warp, one, lane, in warp->Group->Local, addresses[lane], bytes) +
                ((long)lane * warp->Group->LocalBytes);
            new Span<bool>(warp->LocalWritten + (at / Word), bytes / Word).Fill(true);
            Gather(warp, one, lane, (T*)(warp->Local + at));
        }
    }

    private static ulong* Addresses(PtxWarp* warp, PtxInstruction* one) =>
        (ulong*)(warp->Registers + one->Operand[one->Count]);

    private static void Spread<T>(PtxWarp* warp, PtxInstruction* one, int lane, T* from) where T : unmanaged
    {
        for (int element = 0; element < one->Count; element++)
        {
            ((T*)(warp->Registers + one->Operand[element]))[lane] = from[element];
        }
    }

    private static void Gather<T>(PtxWarp* warp, PtxInstruction* one, int lane, T* to) where T : unmanaged
    {
        for (int element = 0; element < one->Count; element++)
        {
            to[element] = ((T*)(warp->Registers + one->Operand[element]))[lane];
        }
    }

    /// <summary>True where all 32 lanes are active and reach one element each, one after another.</summary>
    private static bool AreNeighbours<T>(
        PtxWarp* warp, PtxInstruction* one, ulong* addresses, int step, out T* first) where T : unmanaged
    {
        first = null;
        if (warp->Active != PtxWarp.All)
        {
            return false;
        }

        Vector512<ulong> next = Vector512.CreateSequence(addresses[0], (ulong)step);
        for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<ulong>.Count)
        {
            if (Vector512.Load(addresses + lane) != next)
            {
                return false;
            }

            next += Vector512.Create((ulong)(step * Vector512<ulong>.Count));
        }

        long found = warp->Group->Global.Find(addresses[0] + (ulong)one->Offset, sizeof(T));
        long last = warp->Group->Global.Find(addresses[PtxWarp.Lanes - 1] + (ulong)one->Offset, sizeof(T));
        first = (T*)found;
        return found >= 0 && last == found + ((PtxWarp.Lanes - 1) * step);
    }

    private static long Find(
        PtxWarp* warp, PtxInstruction* one, int lane, in PtxSpace space, ulong address, int bytes)
    {
        long found = space.Find(address + (ulong)one->Offset, bytes);
        return found >= 0
            ? found
            : throw new PtxAccessFault(one->Line, Thread(warp, lane), address + (ulong)one->Offset, bytes, found);
    }

    private static string Thread(PtxWarp* warp, int lane) => $"thread {(warp->Index * PtxWarp.Lanes) + lane}";

    private static PtxFault Race(PtxInstruction* one, string what) =>
        new(one->Line, $"has a race in shared memory: {what}, and no barrier lies between");
}
