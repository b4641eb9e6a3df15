// The bodies of instructions that compute: each executes one instruction for the active lanes of a warp.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Ptx;

internal static unsafe class PtxArithmetic
{
    /// <summary>d = a op b.</summary>
    public static void Vector<T, TOperation>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TOperation : struct, IVectorOperation<T>
    {
        T* d = (T*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        T* b = (T*)(warp->Registers + one->Operand[2]);
        if (warp->Active == PtxWarp.All)
        {
            for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<T>.Count)
            {
                TOperation.Of(Vector512.Load(a + lane), Vector512.Load(b + lane)).Store(d + lane);
            }
        }
        else
        {
            for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<T>.Count)
            {
                Keep(warp, d, lane, TOperation.Of(Vector512.Load(a + lane), Vector512.Load(b + lane)));
            }
        }
    }

    /// <summary>d = a op b op2 c, such as <c>mad.lo</c>.</summary>
    public static void Vector<T, TOperation, TSecond>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TOperation : struct, IVectorOperation<T>
        where TSecond : struct, IVectorOperation<T>
    {
        T* d = (T*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        T* b = (T*)(warp->Registers + one->Operand[2]);
        T* c = (T*)(warp->Registers + one->Operand[3]);
        for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<T>.Count)
        {
            Vector512<T> first = TOperation.Of(Vector512.Load(a + lane), Vector512.Load(b + lane));
            Keep(warp, d, lane, TSecond.Of(first, Vector512.Load(c + lane)));
        }
    }

    /// <summary><c>fma.rn</c>: rounded once.</summary>
    public static void FusedMultiplyAdd<T>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* d = (T*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        T* b = (T*)(warp->Registers + one->Operand[2]);
        T* c = (T*)(warp->Registers + one->Operand[3]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = T.FusedMultiplyAdd(a[lane], b[lane], c[lane]);
        }
    }

    /// <summary>d = a.</summary>
    public static void Move<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        T* d = (T*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<T>.Count)
        {
            Keep(warp, d, lane, Vector512.Load(a + lane));
        }
    }

    /// <summary>A product of words as long words, of the hot <c>mul.wide.u32</c> that computes addresses.</summary>
    public static void MultiplyWide(PtxWarp* warp, PtxInstruction* one)
    {
        ulong* d = (ulong*)(warp->Registers + one->Operand[0]);
        uint* a = (uint*)(warp->Registers + one->Operand[1]);
        uint* b = (uint*)(warp->Registers + one->Operand[2]);
        for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<uint>.Count)
        {
            (Vector512<ulong> a0, Vector512<ulong> a1) = Vector512.Widen(Vector512.Load(a + lane));
            (Vector512<ulong> b0, Vector512<ulong> b1) = Vector512.Widen(Vector512.Load(b + lane));
            Keep(warp, d, lane, a0 * b0);
            Keep(warp, d, lane + Vector512<ulong>.Count, a1 * b1);
        }
    }

    /// <summary>d = op a, a lane at a time.</summary>
    public static void Lane<T, TResult, TOperation>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TResult : unmanaged
        where TOperation : struct, ILaneOperation<T, TResult>
    {
        TResult* d = (TResult*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = TOperation.Of(a[lane]);
        }
    }

    /// <summary>d = a op b, a lane at a time.</summary>
    public static void Lane<T, TOther, TResult, TOperation>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TOther : unmanaged
        where TResult : unmanaged
        where TOperation : struct, ILaneOperation<T, TOther, TResult>
    {
        TResult* d = (TResult*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        TOther* b = (TOther*)(warp->Registers + one->Operand[2]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = TOperation.Of(a[lane], b[lane]);
        }
    }

    /// <summary>p = a op b.</summary>
    public static void Compare<T, TComparison>(PtxWarp* warp, PtxInstruction* one)
        where T : unmanaged
        where TComparison : struct, IVectorOperation<T>
    {
        T* a = (T*)(warp->Registers + one->Operand[1]);
        T* b = (T*)(warp->Registers + one->Operand[2]);
        uint holds = 0;
        for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<T>.Count)
        {
            Vector512<T> of = TComparison.Of(Vector512.Load(a + lane), Vector512.Load(b + lane));
            holds |= (uint)of.ExtractMostSignificantBits() << lane;
        }

        Keep(warp, one, holds);
    }

    /// <summary><c>testp.notanumber</c>.</summary>
    public static void IsNotANumber<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        T* a = (T*)(warp->Registers + one->Operand[1]);
        uint holds = 0;
        for (int lane = 0; lane < PtxWarp.Lanes; lane += Vector512<T>.Count)
        {
            Vector512<T> value = Vector512.Load(a + lane);
            holds |= (uint)(~Vector512.Equals(value, value)).ExtractMostSignificantBits() << lane;
        }

        Keep(warp, one, holds);
    }

    /// <summary>d = p ? a : b.</summary>
    public static void Select<T>(PtxWarp* warp, PtxInstruction* one) where T : unmanaged
    {
        T* d = (T*)(warp->Registers + one->Operand[0]);
        T* a = (T*)(warp->Registers + one->Operand[1]);
        T* b = (T*)(warp->Registers + one->Operand[2]);
        uint chosen = *(uint*)(warp->Registers + one->Operand[3]);
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = ((chosen >> lane) & 1) != 0 ? a[lane] : b[lane];
        }
    }

    public static void MovePredicate(PtxWarp* warp, PtxInstruction* one) => Keep(warp, one, Predicate(warp, one, 1));

    public static void NotPredicate(PtxWarp* warp, PtxInstruction* one) => Keep(warp, one, ~Predicate(warp, one, 1));

    public static void AndPredicates(PtxWarp* warp, PtxInstruction* one) =>
        Keep(warp, one, Predicate(warp, one, 1) & Predicate(warp, one, 2));

    public static void OrPredicates(PtxWarp* warp, PtxInstruction* one) =>
        Keep(warp, one, Predicate(warp, one, 1) | Predicate(warp, one, 2));

    public static void XorPredicates(PtxWarp* warp, PtxInstruction* one) =>
        Keep(warp, one, Predicate(warp, one, 1) ^ Predicate(warp, one, 2));

    private static uint Predicate(PtxWarp* warp, PtxInstruction* one, int operand) =>
        *(uint*)(warp->Registers + one->Operand[operand]);

    private static void Keep(PtxWarp* warp, PtxInstruction* one, uint holds)
    {
        uint* d = (uint*)(warp->Registers + one->Operand[0]);
        *d = (*d & ~warp->Active) | (holds & warp->Active);
    }

    private static void Keep<T>(PtxWarp* warp, T* d, int lane, Vector512<T> value) where T : unmanaged =>
        Vector512.ConditionalSelect(warp->Mask<T>(lane), value, Vector512.Load(d + lane)).Store(d + lane);
}
