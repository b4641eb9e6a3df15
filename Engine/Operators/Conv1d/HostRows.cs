using System.Numerics;
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Moves short pieces of rows while they are packed. A row of a short clip is a few vectors, for which the general
/// routines take longer to begin than to do it. The last vector of each piece overlaps the one before.
/// </summary>
internal static unsafe class HostRows
{
    // From here on the general routine is as fast.
    private const int LongPiece = 256;

    /// <summary>to[i] = from[i].</summary>
    public static void Copy(float* from, int count, float* to)
    {
        if (count >= LongPiece)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
            return;
        }

        switch (HostSimd.LanesFor(count))
        {
            case 16:
                Copy<FloatVector512>(from, count, to);
                break;
            case 8:
                Copy<FloatVector256>(from, count, to);
                break;
            case 4:
                Copy<FloatVector128>(from, count, to);
                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    to[i] = from[i];
                }

                break;
        }
    }

    private static void Copy<TVector>(float* from, int count, float* to)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        int end = count - TVector.Count;
        for (int i = 0; i < end; i += TVector.Count)
        {
            TVector.Load(from + i).Store(to + i);
        }

        TVector.Load(from + end).Store(to + end);
    }

    /// <summary>
    /// Floats from a row to the next of so many, of which several are read at once: whole vectors, and no multiple of 2
    /// KiB, for such rows would share the same few sets of the cache.
    /// </summary>
    public static int PitchOf(int floats)
    {
        int pitch = (floats + 15) / 16 * 16;
        return pitch % 512 == 0 ? pitch + 16 : pitch;
    }

    /// <summary>to[i] = from[2 i]; nothing is read from <paramref name="end"/> on.</summary>
    public static void CopyEverySecond(float* from, int count, float* to, float* end)
    {
        int i = HostSimd.Lanes switch
        {
            16 => EverySecond<FloatVector512>(from, count, to, end),
            8 => EverySecond<FloatVector256>(from, count, to, end),
            _ => EverySecond<FloatVector128>(from, count, to, end),
        };
        for (; i < count; i++)
        {
            to[i] = from[2 * i];
        }
    }

    /// <summary>to[2 i] = even[i], to[2 i + 1] = odd[i].</summary>
    public static void Interleave(float* even, float* odd, int count, float* to)
    {
        int i = HostSimd.Lanes switch
        {
            16 => InTurn<FloatVector512>(even, odd, count, to),
            8 => InTurn<FloatVector256>(even, odd, count, to),
            _ => InTurn<FloatVector128>(even, odd, count, to),
        };
        for (; i < count; i++)
        {
            to[2 * i] = even[i];
            to[(2 * i) + 1] = odd[i];
        }
    }

    /// <summary>to[i] = 0.</summary>
    public static void Clear(float* to, int count)
    {
        if (count >= LongPiece)
        {
            new Span<float>(to, count).Clear();
            return;
        }

        int lanes = Vector<float>.Count;
        int i = 0;
        for (; i + lanes <= count; i += lanes)
        {
            Vector<float>.Zero.Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = 0f;
        }
    }

    /// <summary>As many as fill vectors, and how many these are.</summary>
    private static int EverySecond<TVector>(float* from, int count, float* to, float* end)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        int i = 0;
        for (; i + TVector.Count <= count && from + (2 * (i + TVector.Count)) <= end; i += TVector.Count)
        {
            TVector.LoadHalves(from + (2 * i), out TVector even, out _);
            even.Store(to + i);
        }

        return i;
    }

    /// <inheritdoc cref="EverySecond"/>
    private static int InTurn<TVector>(float* even, float* odd, int count, float* to)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        int i = 0;
        for (; i + TVector.Count <= count; i += TVector.Count)
        {
            TVector.StoreHalves(to + (2 * i), TVector.Load(even + i), TVector.Load(odd + i));
        }

        return i;
    }
}
