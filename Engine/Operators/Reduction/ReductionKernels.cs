// The portable kernels of the reductions. The ladder; a term is 4 bytes read and one operation, so memory is the limit:
//   1. ReduceNaive     a thread a result of up to 256 terms, in blocks of 16 so that it keeps its digits; of more
//                      terms, a thread a chunk of 256, and another launch for what the chunks left.
//   2. Reduce          a group is a rectangle of threads, LanesX along Inner so that neighbours read neighbours, the
//                      rest along Length. A thread sums terms a stride apart, 4 blocks of 16, and the threads of a
//                      column meet in a tree in shared memory. What is longer is reduced to one value a chunk, and
//                      those by another launch of the same kernel.
//   3. ReduceRows      the same in loads of 16 bytes: along Length where Inner is 1, four sums in a thread's registers,
//      ReduceColumns   and as many rows a group as it has threads for; along Inner where that is a multiple of four.
// All in an order that the shape and the rung alone decide.
using System.Numerics;
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Reduction"/>.</summary>
internal static class ReductionKernels
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "reduction";

    private const int MaxGroupSize = 256;
    private const int MaxLanesX = 32;
    private const int TermsOfBlock = 16;
    private const int BlocksOfThread = 4;

    /// <summary>Rung 1.</summary>
    [Rung(Ladder, 1)]
    public static void ReduceNaive(ReduceArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Outer * a.Chunks * a.Inner; i += Grid.DimX * Group.DimX)
        {
            int inner = i % a.Inner;
            int chunk = i / a.Inner % a.Chunks;
            int outer = i / a.Inner / a.Chunks;
            int end = IntrinsicMath.Min(a.Length, (chunk + 1) * a.ChunkLength);
            float total = a.Identity;
            for (int first = chunk * a.ChunkLength; first < end; first += TermsOfBlock)
            {
                float part = a.Identity;
                int last = IntrinsicMath.Min(end, first + TermsOfBlock);
                for (int l = first; l < last; l++)
                {
                    part = Combine(a, part, a.X[(((outer * a.Length) + l) * a.Inner) + inner]);
                }

                total = Combine(a, total, part);
            }

            Store(a, i, total);
        }
    }

    /// <summary>Rung 2.</summary>
    [Rung(Ladder, 2)]
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
            Store(a, (((outer * a.Chunks) + chunk) * a.Inner) + inner, shared[thread]);
        }
    }

    /// <summary>Rung 3 where Inner is 1: LanesX threads a row, or a chunk of it.</summary>
    [Rung(Ladder, 3)]
    public static void ReduceRows(ReduceArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(MaxGroupSize);
        int thread = Group.IdxX;
        int lane = thread % a.LanesX;
        int task = ((Grid.IdxX * Group.DimX) + thread) / a.LanesX;
        int outer = task / a.Chunks;
        int begin = (task % a.Chunks) * a.ChunkLength;
        int end = outer < a.Outer ? IntrinsicMath.Min(a.Length, begin + a.ChunkLength) : begin;
        float x = a.Identity;
        float y = a.Identity;
        float z = a.Identity;
        float w = a.Identity;
        for (int l = begin + (4 * lane); l < end; l += 4 * a.LanesX)
        {
            int there = end - l;
            Float4 four = Float4Row.Read(a.X, (outer * a.Length) + l, there, a.InFloat4);
            x = Combine(a, x, four.X);
            y = Combine(a, y, there > 1 ? four.Y : a.Identity);
            z = Combine(a, z, there > 2 ? four.Z : a.Identity);
            w = Combine(a, w, there > 3 ? four.W : a.Identity);
        }

        shared[thread] = Combine(a, Combine(a, x, y), Combine(a, z, w));
        Group.Barrier();
        for (int half = a.LanesX / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                shared[thread] = Combine(a, shared[thread], shared[thread + half]);
            }

            Group.Barrier();
        }

        if (lane == 0 && outer < a.Outer)
        {
            Store(a, task, shared[thread]);
        }
    }

    /// <summary>Rung 3 where Inner is a multiple of four: as rung 2, four columns a thread.</summary>
    [Rung(Ladder, 3)]
    public static void ReduceColumns(ReduceArgs a)
    {
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(MaxGroupSize);
        int thread = Group.IdxX;
        int laneX = thread % a.LanesX;
        int laneY = thread / a.LanesX;
        int lanesY = Group.DimX / a.LanesX;
        int chunk = Grid.IdxX % a.Chunks;
        int tile = Grid.IdxX / a.Chunks % a.TilesX;
        int outer = Grid.IdxX / a.Chunks / a.TilesX;
        int inner = 4 * ((tile * a.LanesX) + laneX);
        int begin = chunk * a.ChunkLength;
        int end = inner < a.Inner ? IntrinsicMath.Min(a.Length, begin + a.ChunkLength) : begin;

        var none = new Float4(a.Identity, a.Identity, a.Identity, a.Identity);
        Float4 total = none;
        for (int first = begin + laneY; first < end; first += TermsOfBlock * lanesY)
        {
            int last = IntrinsicMath.Min(end, first + (TermsOfBlock * lanesY));
            Float4 part = none;
            for (int l = first; l < last; l += lanesY)
            {
                part = Combine(a, part, Float4Row.Read(
                    a.X, (((outer * a.Length) + l) * a.Inner) + inner, 4, a.InFloat4));
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
            Float4 four = shared[thread];
            Store(a, i, four.X);
            Store(a, i + 1, four.Y);
            Store(a, i + 2, four.Z);
            Store(a, i + 3, four.W);
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

    private static void Store(ReduceArgs a, int i, float total)
    {
        float value = total * a.Scale;
        a.Y[i] = a.Accumulate != 0 ? a.Y[i] + value : value;
    }

    private static Float4 Combine(ReduceArgs a, Float4 left, Float4 right) => new(
        Combine(a, left.X, right.X), Combine(a, left.Y, right.Y), Combine(a, left.Z, right.Z),
        Combine(a, left.W, right.W));

    /// <summary>How one launch of a rung is cut into groups.</summary>
    internal readonly struct Plan
    {
        public readonly int Rung;
        public readonly ReductionShape Shape;
        public readonly int GroupSize;
        public readonly int LanesX;
        public readonly int ChunkLength;

        public Plan(int rung, ReductionShape shape, int groupSize)
        {
            Rung = rung;
            Shape = shape;
            GroupSize = (int)BitOperations.RoundUpToPowerOf2((uint)groupSize + 1) / 2;
            GroupSize = Math.Min(GroupSize, MaxGroupSize);
            int wanted = AlongRows ? (shape.Length + 3) / 4 : rung == 3 ? shape.Inner / 4 : shape.Inner;
            LanesX = (int)BitOperations.RoundUpToPowerOf2((uint)wanted);
            LanesX = Math.Min(LanesX, AlongRows ? GroupSize : Math.Min(MaxLanesX, GroupSize));
            ChunkLength = rung == 1 ? TermsOfBlock * TermsOfBlock
                : (AlongRows ? LanesX : GroupSize / LanesX) * TermsOfBlock * BlocksOfThread;
        }

        /// <summary>The highest rung that takes a shape.</summary>
        public static int Highest(ReductionShape shape) => shape.Inner == 1 || shape.Inner % 4 == 0 ? 3 : 2;

        /// <summary>Whether lanes are along Length, four neighbours each.</summary>
        public bool AlongRows => Rung == 3 && Shape.Inner == 1;

        public int Chunks => (int)(((long)Shape.Length + ChunkLength - 1) / ChunkLength);

        public int TilesX
        {
            get
            {
                int columns = AlongRows ? 1 : LanesX * (Rung == 3 ? 4 : 1);
                return (int)(((long)Shape.Inner + columns - 1) / columns);
            }
        }

        public int Groups
        {
            get
            {
                int rowsOfGroup = AlongRows ? GroupSize / LanesX : 1;
                return ((Shape.Outer * TilesX * Chunks) + rowsOfGroup - 1) / rowsOfGroup;
            }
        }

        /// <summary>What the launch leaves: a value for each chunk.</summary>
        public ReductionShape Result => Shape with { Length = Chunks };
    }

    internal readonly struct ReduceArgs(
        in Plan plan, ReductionKind kind, ArrayView<float> x, ArrayView<float> y, float scale, bool accumulate)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly int Outer = plan.Shape.Outer;
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
        public readonly int InFloat4 =
            (plan.Shape.Inner == 1 ? plan.Shape.Length : plan.Shape.Inner) % 4 == 0 && Float4.CanRead(x) ? 1 : 0;
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
