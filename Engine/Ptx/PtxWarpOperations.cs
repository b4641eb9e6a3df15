// The bodies of instructions in which the lanes of a warp take part together.
using System.Numerics;

namespace NativeCnn.Engine.Ptx;

internal static unsafe class PtxWarpOperations
{
    /// <summary><c>bar.warp.sync</c>: orders what the lanes of a warp do to shared memory.</summary>
    public static void Synchronize(PtxWarp* warp, PtxInstruction* one)
    {
        ExpectActive(warp, one, *(uint*)(warp->Registers + one->Operand[0]), "a barrier of the warp");
        warp->Syncs++;
    }

    /// <summary><c>shfl.sync.up</c> d, a, b, c, members: see the PTX ISA, "shfl.sync".</summary>
    public static void ShuffleUp(PtxWarp* warp, PtxInstruction* one) => Shuffle(warp, one, static (lane, b, _, high) =>
        lane - b >= high ? lane - b : lane);

    /// <summary><c>shfl.sync.down</c>.</summary>
    public static void ShuffleDown(PtxWarp* warp, PtxInstruction* one) =>
        Shuffle(warp, one, static (lane, b, _, high) => lane + b <= high ? lane + b : lane);

    /// <summary><c>shfl.sync.bfly</c>.</summary>
    public static void ShuffleButterfly(PtxWarp* warp, PtxInstruction* one) =>
        Shuffle(warp, one, static (lane, b, _, high) => (lane ^ b) <= high ? lane ^ b : lane);

    /// <summary><c>shfl.sync.idx</c>.</summary>
    public static void ShuffleIndex(PtxWarp* warp, PtxInstruction* one) =>
        Shuffle(warp, one, static (lane, b, segment, high) =>
        {
            int from = (lane & segment) | (b & ~segment);
            return from <= high ? from : lane;
        });

    /// <summary>
    /// <c>mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32</c>. Of a factor's fraction the tensor cores read 10 bits;
    /// in which order they add is not told, so here the eight products are added in float64 and rounded once.
    /// </summary>
    public static void TensorProduct(PtxWarp* warp, PtxInstruction* one)
    {
        ExpectActive(warp, one, PtxWarp.All, "a product of the tensor cores");
        const int rows = 16, columns = 8, depth = 8;
        float* a = stackalloc float[rows * depth];
        float* b = stackalloc float[depth * columns];
        for (int lane = 0; lane < PtxWarp.Lanes; lane++)
        {
            (int group, int place) = (lane / 4, lane % 4);
            a[(group * depth) + place] = Factor(warp, one, 4, lane);
            a[((group + 8) * depth) + place] = Factor(warp, one, 5, lane);
            a[(group * depth) + place + 4] = Factor(warp, one, 6, lane);
            a[((group + 8) * depth) + place + 4] = Factor(warp, one, 7, lane);
            b[(place * columns) + group] = Factor(warp, one, 8, lane);
            b[((place + 4) * columns) + group] = Factor(warp, one, 9, lane);
        }

        for (int lane = 0; lane < PtxWarp.Lanes; lane++)
        {
            for (int element = 0; element < 4; element++)
            {
                int row = (lane / 4) + (element / 2 * 8);
                int column = (lane % 4 * 2) + (element % 2);
                double sum = ((float*)(warp->Registers + one->Operand[10 + element]))[lane];
                for (int k = 0; k < depth; k++)
                {
                    sum += (double)a[(row * depth) + k] * b[(k * columns) + column];
                }

                ((float*)(warp->Registers + one->Operand[element]))[lane] = (float)sum;
            }
        }
    }

    private static float Factor(PtxWarp* warp, PtxInstruction* one, int operand, int lane) =>
        BitConverter.UInt32BitsToSingle(((uint*)(warp->Registers + one->Operand[operand]))[lane] & 0xFFFFE000);

    private static void Shuffle(PtxWarp* warp, PtxInstruction* one, Func<int, int, int, int, int> source)
    {
        uint* d = (uint*)(warp->Registers + one->Operand[0]);
        uint* b = (uint*)(warp->Registers + one->Operand[2]);
        uint* c = (uint*)(warp->Registers + one->Operand[3]);
        ExpectActive(warp, one, *(uint*)(warp->Registers + one->Operand[4]), "a shuffle");
        uint* a = stackalloc uint[PtxWarp.Lanes];
        new Span<uint>(warp->Registers + one->Operand[1], PtxWarp.Lanes).CopyTo(new Span<uint>(a, PtxWarp.Lanes));
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            int segment = (int)(c[lane] >> 8) & 31;
            int high = (lane & segment) | ((int)c[lane] & 31 & ~segment);
            int from = source(lane, (int)(b[lane] & 31), segment, high);
            if (((warp->Active >> from) & 1) == 0)
            {
                throw new PtxFault(
                    one->Line,
                    $"has a shuffle from a thread that is not active: {Thread(warp, lane)} asks {Thread(warp, from)}");
            }

            d[lane] = a[from];
        }
    }

    private static void ExpectActive(PtxWarp* warp, PtxInstruction* one, uint members, string what)
    {
        uint missing = members & warp->Present & ~warp->Active;
        if (missing != 0)
        {
            int lane = BitOperations.TrailingZeroCount(missing);
            throw new PtxFault(
                one->Line, $"has {what} that not all threads reach: thread {Thread(warp, lane)} does not");
        }
    }

    private static int Thread(PtxWarp* warp, int lane) => (warp->Index * PtxWarp.Lanes) + lane;
}
