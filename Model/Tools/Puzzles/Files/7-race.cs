// Puzzle 7, race. The gradient of a bias is the sum of dY over the mini-batch: DBias[o] += sum over b of DY[b,o], DY
// being [Batch, Outputs]. One group of 128 threads an output: each thread adds up some clips, then they add up each
// other's sums in shared memory, by halves: 64 add those of the other 64, then 32 of these, and so on.
// Threads of a group run at different speeds, 32 at a time. Group.Barrier() lets none pass before all are there.
// Keep the names of methods and arguments; `nativecnn puzzles check 7` finds them by name.
using ILGPU;

public static class BiasKernels
{
    public static void SumOverBatch(SumArgs a)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(128);
        int thread = Group.IdxX;
        float mine = 0f;
        for (int b = thread; b < a.Batch; b += Group.DimX)
        {
            mine += a.DY[(b * a.Outputs) + Grid.IdxX];
        }

        sums[thread] = mine;
        Group.Barrier();
        for (int width = Group.DimX / 2; width > 0; width /= 2)
        {
            if (thread < width)
            {
                sums[thread] += sums[thread + width];
            }
        }

        if (thread == 0)
        {
            a.DBias[Grid.IdxX] += sums[0];
        }
    }

    public readonly record struct SumArgs(ArrayView<float> DY, ArrayView<float> DBias, int Batch, int Outputs);
}
