// Sums inside a portable kernel without atomics: always the same tree, so always the same bits.
using System.Numerics;
using ILGPU;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The sum over the threads of a group, by halving in shared memory, and the kernel that adds the groups' sums. Groups
/// have a power of two of threads, at most <see cref="MaxThreads"/>, and all of them come along.
/// </summary>
/// <remarks>
/// The sum is read in one branch and used behind it: ILGPU 1.5.3 moves a load behind a barrier to a use in the same
/// block, and there the next sum's writes meet it (seen in the PTX of feature.condition, by the device <c>ptx</c>).
/// </remarks>
internal static class GroupSum
{
    /// <summary>Elements of the shared memory that a kernel hands in.</summary>
    public const int MaxThreads = 256;

    /// <summary>Most groups of a two-stage sum.</summary>
    public const int MaxGroups = 64;

    /// <summary>Threads of a group that sums.</summary>
    public static int Threads(ComputeDevice device) =>
        1 << BitOperations.Log2((uint)Math.Min(device.GroupSize, MaxThreads));

    /// <summary>Groups that share a sum over <paramref name="count"/> elements.</summary>
    public static int Groups(ComputeDevice device, int count) =>
        Math.Clamp((count + Threads(device) - 1) / Threads(device), 1, MaxGroups);

    /// <summary>The sum of every thread's value, for every thread of the group.</summary>
    public static float Of(ArrayView<float> shared, float value)
    {
        int thread = Group.IdxX;
        float sum = value;
        if (Group.DimX > 1)
        {
            shared[thread] = value;
            Group.Barrier();
            for (int half = Group.DimX / 2; half > 0; half /= 2)
            {
                if (thread < half)
                {
                    shared[thread] += shared[thread + half];
                }

                Group.Barrier();
            }

            sum = shared[0];
            Group.Barrier();
        }

        return sum;
    }

    /// <summary>The sum of every thread's value, for every thread of the group.</summary>
    public static int Of(ArrayView<int> shared, int value)
    {
        int thread = Group.IdxX;
        int sum = value;
        if (Group.DimX > 1)
        {
            shared[thread] = value;
            Group.Barrier();
            for (int half = Group.DimX / 2; half > 0; half /= 2)
            {
                if (thread < half)
                {
                    shared[thread] += shared[thread + half];
                }

                Group.Barrier();
            }

            sum = shared[0];
            Group.Barrier();
        }

        return sum;
    }

    /// <summary>
    /// The threads of a group as rows of <paramref name="width"/>: the sum of a column's values, for every thread of
    /// that column. The width is a power of two and at most the group.
    /// </summary>
    public static float OfColumn(ArrayView<float> shared, float value, int width)
    {
        int thread = Group.IdxX;
        float sum = value;
        if (Group.DimX > 1)
        {
            shared[thread] = value;
            Group.Barrier();
            for (int half = Group.DimX / 2; half >= width; half /= 2)
            {
                if (thread < half)
                {
                    shared[thread] += shared[thread + half];
                }

                Group.Barrier();
            }

            sum = shared[thread % width];
            Group.Barrier();
        }

        return sum;
    }

    /// <summary>Second stage, one group: the sum of what the groups of the first stage left.</summary>
    public static void Total(TotalArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(MaxThreads);
        float mine = 0f;
        for (int i = Group.IdxX; i < a.Count; i += Group.DimX)
        {
            mine += a.Partials[i];
        }

        float sum = Of(shared, mine);
        if (Group.IdxX == 0)
        {
            a.Sum[0] = sum;
        }
    }

    internal readonly record struct TotalArgs(ArrayView<float> Partials, ArrayView<float> Sum, int Count);
}
