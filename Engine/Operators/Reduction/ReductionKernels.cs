// The portable kernels of the reductions. A group is a rectangle of threads, LanesX along Inner so that neighbours read
// neighbours, the rest along Length. A thread sums terms a stride apart, 4 blocks of 16, and the threads of a column
// meet in a tree in shared memory. What is longer than that is reduced to one value a chunk, and those by another
// launch of the same kernel.
using System.Numerics;
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Reduction"/>.</summary>
internal static class ReductionKernels
{
    private const int MaxGroupSize = 256;
    private const int MaxLanesX = 32;
    private const int TermsOfBlock = 16;
    private const int BlocksOfThread = 4;

    public static void Reduce(ReduceArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(MaxGroupSize);
        int thread = Group.IdxX;
        int laneX = thread % a.LanesX;
        int laneY = thread / a.LanesX;
        int lanesY = Group.DimX / a.LanesX;
        int chunk = Grid.IdxX % a.Chunks;
        int tile = Grid.IdxX / a.Chunks % a.TilesX;
        int outer = Grid.IdxX / a.Chunks / a.TilesX;
        int inner = (tile * a.LanesX) + laneX;
        int begin = chunk * a.ChunkLength;
        int end = inner < a.Inner ? IntrinsicMath.Min(a.Length, begin + a.ChunkLength) : begin;

        float total = a.Identity;
        for (int first = begin + laneY; first < end; first += TermsOfBlock * lanesY)
        {
            int last = IntrinsicMath.Min(end, first + (TermsOfBlock * lanesY));
            float part = a.Identity;
            for (int l = first; l < last; l += lanesY)
            {
                part = Combine(a, part, a.X[(((outer * a.Length) + l) * a.Inner) + inner]);
            }

            total = Combine(a, total, part);
        }

        shared[thread] = total;
        Group.Barrier();
        for (int half = lanesY / 2; half > 0; half /= 2)
        {
            if (laneY < half)
            {
                shared[thread] = Combine(a, shared[thread], shared[thread + (half * a.LanesX)]);
            }

            Group.Barrier();
        }

        if (laneY == 0 && inner < a.Inner)
        {
            int i = (((outer * a.Chunks) + chunk) * a.Inner) + inner;
            float value = shared[thread] * a.Scale;
            a.Y[i] = a.Accumulate != 0 ? a.Y[i] + value : value;
        }
    }

    public static void Broadcast(BroadcastArgs a)
    {
        int length = (int)a.DX.Length;
        for (int i = Grid.GlobalLinearIndex; i < length; i += Grid.DimX * Group.DimX)
        {
            int outer = i / a.Inner / a.Length;
            a.DX[i] = a.DY[(outer * a.Inner) + (i % a.Inner)] * a.Scale;
        }
    }

    private static float Combine(ReduceArgs a, float left, float right)
    {
        // ILGPU's OpenCL code compares as if there were no NaN, so it is asked for by name; NaN + anything is NaN.
        if (a.Kind == 0 || float.IsNaN(left) || float.IsNaN(right))
        {
            return left + right;
        }

        return right > left ? right : left;
    }

    /// <summary>How one launch is cut into groups.</summary>
    internal readonly struct Plan
    {
        public readonly ReductionShape Shape;
        public readonly int GroupSize;
        public readonly int LanesX;
        public readonly int ChunkLength;

        public Plan(ReductionShape shape, int groupSize)
        {
            Shape = shape;
            GroupSize = (int)BitOperations.RoundUpToPowerOf2((uint)groupSize + 1) / 2;
            GroupSize = Math.Min(GroupSize, MaxGroupSize);
            LanesX = (int)BitOperations.RoundUpToPowerOf2((uint)shape.Inner);
            LanesX = Math.Min(LanesX, Math.Min(MaxLanesX, GroupSize));
            ChunkLength = GroupSize / LanesX * TermsOfBlock * BlocksOfThread;
        }

        public int Chunks => (int)(((long)Shape.Length + ChunkLength - 1) / ChunkLength);

        public int TilesX => (int)(((long)Shape.Inner + LanesX - 1) / LanesX);

        public int Groups => Shape.Outer * TilesX * Chunks;

        /// <summary>What the launch leaves: a value for each chunk.</summary>
        public ReductionShape Result => Shape with { Length = Chunks };
    }

    internal readonly struct ReduceArgs(
        in Plan plan, ReductionKind kind, ArrayView<float> x, ArrayView<float> y, float scale, bool accumulate)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly int Length = plan.Shape.Length;
        public readonly int Inner = plan.Shape.Inner;
        public readonly int LanesX = plan.LanesX;
        public readonly int TilesX = plan.TilesX;
        public readonly int Chunks = plan.Chunks;
        public readonly int ChunkLength = plan.ChunkLength;
        public readonly int Kind = (int)kind;
        public readonly float Identity = kind == ReductionKind.Sum ? 0f : float.NegativeInfinity;
        public readonly float Scale = scale;
        public readonly int Accumulate = accumulate ? 1 : 0;
    }

    internal readonly struct BroadcastArgs(
        ReductionShape shape, ArrayView<float> dY, ArrayView<float> dX, float scale)
    {
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DX = dX;
        public readonly int Length = shape.Length;
        public readonly int Inner = shape.Inner;
        public readonly float Scale = scale;
    }
}
