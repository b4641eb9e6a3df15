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

    /// <summary><c>ld.global</c> and <c>st.global</c>.</summary>
    public static void Global<T, TAccess>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TAccess : struct, IPtxAccess
    {
        ulong* addresses = Addresses(warp, one);
        if (one->Count == 1 && AreNeighbours(warp, one, addresses, sizeof(T), out T* first))
        {
            var register = new Span<T>(warp->Registers + one->Operand[0], PtxWarp.Lanes);
            var memory = new Span<T>(first, PtxWarp.Lanes);
            if (TAccess.IsStore)
            {
                register.CopyTo(memory);
            }
            else
            {
                memory.CopyTo(register);
            }

            return;
        }

        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            long at = Find(warp, one, lane, in warp->Group->Global, addresses[lane], sizeof(T) * one->Count);
            Move<T, TAccess>(warp, one, lane, (T*)at);
        }
    }

    /// <summary><c>ld.shared</c> and <c>st.shared</c>.</summary>
    public static void Shared<T, TAccess>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TAccess : struct, IPtxAccess
    {
        ulong* addresses = Addresses(warp, one);
        PtxGroup* group = warp->Group;
        int bytes = sizeof(T) * one->Count;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            byte* at = (byte*)Find(warp, one, lane, in group->Shared, addresses[lane], bytes);
            PtxSharedWord* use = group->SharedUse + ((at - group->SharedMemory) / Word);
            int thread = (warp->Index * PtxWarp.Lanes) + lane;
            for (int word = 0; word < bytes / Word; word++)
            {
                if (use[word].CopyEpoch >= group->FirstEpoch)
                {
                    throw new PtxFault(
                        one->Line,
                        $"{(TAccess.IsStore ? "overwrites" : "reads")} shared memory in thread {thread} that " +
                        $"{PtxCopies.Of(group).Describe(use[word].Copy)}");
                }

                if (!TAccess.IsStore && use[word].WriteEpoch < group->FirstEpoch)
                {
                    throw new PtxFault(one->Line, $"thread {thread} reads shared memory that nothing has written yet");
                }

                int other = TAccess.IsStore
                    ? use[word].Write(group->Epoch, thread, warp->Syncs)
                    : use[word].Read(group->Epoch, thread, warp->Syncs);
                if (other >= 0)
                {
                    string what = TAccess.IsStore
                        ? $"writes what thread {other} reads or writes"
                        : $"reads what thread {other} writes";
                    throw new PtxFault(
                        one->Line,
                        $"has a race in shared memory: thread {thread} {what}, and no barrier lies between");
                }
            }

            Move<T, TAccess>(warp, one, lane, (T*)at);
        }
    }

    /// <summary><c>ld.local</c> and <c>st.local</c>.</summary>
    public static void Local<T, TAccess>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TAccess : struct, IPtxAccess
    {
        ulong* addresses = Addresses(warp, one);
        int bytes = sizeof(T) * one->Count;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            long at = Find(warp, one, lane, in warp->Group->Local, addresses[lane], bytes) +
                ((long)lane * warp->Group->LocalBytes);
            var written = new Span<bool>(warp->LocalWritten + (at / Word), bytes / Word);
            if (TAccess.IsStore)
            {
                written.Fill(true);
            }
            else if (written.Contains(false))
            {
                throw new PtxFault(one->Line, $"{Thread(warp, lane)} reads local memory that it has not written");
            }

            Move<T, TAccess>(warp, one, lane, (T*)(warp->Local + at));
        }
    }

    /// <summary>
    /// <c>atom.add.global</c>: lanes one after another, each gets what was there before. Groups run one after another
    /// too, so there is nobody else.
    /// </summary>
    public static void AddInGlobal<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged, INumberBase<T>
    {
        T* before = (T*)(warp->Registers + one->Operand[0]);
        T* added = (T*)(warp->Registers + one->Operand[1]);
        ulong* addresses = (ulong*)(warp->Registers + one->Operand[2]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            T* at = (T*)Find(warp, one, lane, in warp->Group->Global, addresses[lane], sizeof(T));
            T old = *at;
            *at = unchecked(old + added[lane]);
            before[lane] = old;
        }
    }

    /// <summary><c>red.add.global</c>: the same where nobody wants what was there before.</summary>
    public static void AddToGlobal<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged, INumberBase<T>
    {
        T* added = (T*)(warp->Registers + one->Operand[0]);
        ulong* addresses = (ulong*)(warp->Registers + one->Operand[1]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            T* at = (T*)Find(warp, one, lane, in warp->Group->Global, addresses[lane], sizeof(T));
            *at = unchecked(*at + added[lane]);
        }
    }

    /// <summary><c>membar</c>: memory is always in order here.</summary>
    public static void Fence(PtxWarp* warp, PtxInstruction* one)
    {
    }

    private static ulong* Addresses(PtxWarp* warp, PtxInstruction* one) =>
        (ulong*)(warp->Registers + one->Operand[one->Count]);

    /// <summary>The elements of a lane, from memory to its registers or back.</summary>
    private static void Move<T, TAccess>(PtxWarp* warp, PtxInstruction* one, int lane, T* memory)
        where T : unmanaged
        where TAccess : struct, IPtxAccess
    {
        for (int element = 0; element < one->Count; element++)
        {
            T* register = (T*)(warp->Registers + one->Operand[element]) + lane;
            if (TAccess.IsStore)
            {
                memory[element] = *register;
            }
            else
            {
                *register = memory[element];
            }
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
}
