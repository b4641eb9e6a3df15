// The host bodies of the reductions: blocks of the reduced dimension, each to one row of Inner values in scratch, then
// the rows of a result pairwise. The blocks are cut by the shape alone, so all teams give the same bits.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="Reduction"/>, planned for one shape.</summary>
internal sealed unsafe class ReductionHost
{
    // A run that TensorPrimitives sums at once: 64 terms in a lane at most.
    private const int ShortRun = 512;

    // Short rows are summed by halves, so that a vector spans rows; long ones one after the other.
    private const int ShortRow = 256;
    private const int BlockOfShortRows = 8192;
    private const int BlockOfLongRows = 32;
    private const int ColumnsOfPart = 4096;

    private readonly ComputeDevice device;
    private readonly ReductionShape shape;
    private readonly int blockLength;
    private readonly int blocks;

    public ReductionHost(ComputeDevice device, ReductionShape shape)
    {
        this.device = device;
        this.shape = shape;
        blockLength = shape.Inner < ShortRow ? BlockOfShortRows / shape.Inner : BlockOfLongRows;
        blocks = Pieces(shape.Length, blockLength);
        device.Scratch.Reserve(ScratchLength);
    }

    private long PartialLength => (long)shape.Outer * blocks * shape.Inner;

    private long ScratchLength => PartialLength + ((long)device.Workers.Count * BlockOfShortRows);

    private int ColumnParts => Pieces(shape.Inner, ColumnsOfPart);

    public void Reduce(ReductionKind kind, Tensor<float> x, Tensor<float> y, float scale, bool accumulate)
    {
        float* partial = device.Scratch.TakeAddress(ScratchLength);
        Run(shape.Outer * blocks * ColumnParts, new BlockBody(this, kind, x.Address, partial));
        Run(shape.Outer, new FinishBody(this, kind, partial, y.Address, scale, accumulate));
    }

    public void Broadcast(Tensor<float> dY, Tensor<float> dX, float scale) =>
        Run(shape.Outer * blocks, new BroadcastBody(this, dY.Address, dX.Address, scale));

    private static int Pieces(int length, int piece) => (int)(((long)length + piece - 1) / piece);

    private void Run<TBody>(int parts, in TBody body) where TBody : struct, IHostBody =>
        device.Workers.Run(parts, HostWork.OfFloats(2L * shape.Input.Length), body);

    /// <summary>partial[outer, block, i] = the block's terms, summed or their maximum.</summary>
    private readonly struct BlockBody(ReductionHost plan, ReductionKind kind, float* x, float* partial) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int _, int length, int inner) = plan.shape;
            int row = part / plan.ColumnParts;
            int column = part % plan.ColumnParts * ColumnsOfPart;
            int columns = Math.Min(ColumnsOfPart, inner - column);
            int first = row % plan.blocks * plan.blockLength;
            int terms = Math.Min(plan.blockLength, length - first);
            float* from = x + ((((long)row / plan.blocks * length) + first) * inner) + column;
            float* to = partial + ((long)row * inner) + column;
            if (inner == 1 && terms <= ShortRun)
            {
                var run = new ReadOnlySpan<float>(from, terms);
                *to = kind == ReductionKind.Sum ? TensorPrimitives.Sum(run) : TensorPrimitives.Max(run);
                return;
            }

            var sums = new Span<float>(to, columns);
            if (inner < ShortRow && terms > 1)
            {
                float* halves = partial + plan.PartialLength + (worker * (long)BlockOfShortRows);
                int half = (terms + 1) / 2;
                var earlier = new ReadOnlySpan<float>(from, half * inner);
                var result = new Span<float>(halves, half * inner);
                earlier.CopyTo(result);
                Combine(kind, result, new ReadOnlySpan<float>(from + (half * inner), (terms - half) * inner));
                CombineRows(kind, halves, half, inner);
                result[..inner].CopyTo(sums);
                return;
            }

            new ReadOnlySpan<float>(from, columns).CopyTo(sums);
            for (int term = 1; term < terms; term++)
            {
                from += inner;
                Combine(kind, sums, new ReadOnlySpan<float>(from, columns));
            }
        }
    }

    /// <summary>y (+)= scale times the blocks of a result, halved until one is left.</summary>
    private readonly struct FinishBody(
        ReductionHost plan, ReductionKind kind, float* partial, float* y, float scale, bool accumulate) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int inner = plan.shape.Inner;
            float* rows = partial + ((long)part * plan.blocks * inner);
            CombineRows(kind, rows, plan.blocks, inner);
            float* to = y + ((long)part * inner);
            if (inner == 1)
            {
                *to = accumulate ? *to + (*rows * scale) : *rows * scale;
                return;
            }

            var result = new ReadOnlySpan<float>(rows, inner);
            var target = new Span<float>(to, inner);
            if (accumulate)
            {
                TensorPrimitives.MultiplyAdd(result, scale, target, target);
            }
            else
            {
                TensorPrimitives.Multiply(result, scale, target);
            }
        }
    }

    /// <summary>dX[outer, l, i] = scale * dY[outer, i] for the rows of one block.</summary>
    private readonly struct BroadcastBody(ReductionHost plan, float* dY, float* dX, float scale) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int _, int length, int inner) = plan.shape;
            int outer = part / plan.blocks;
            int first = part % plan.blocks * plan.blockLength;
            int terms = Math.Min(plan.blockLength, length - first);
            float* to = dX + ((((long)outer * length) + first) * inner);
            if (inner == 1)
            {
                new Span<float>(to, terms).Fill(dY[outer] * scale);
                return;
            }

            var from = new ReadOnlySpan<float>(dY + ((long)outer * inner), inner);
            for (int term = 0; term < terms; term++, to += inner)
            {
                TensorPrimitives.Multiply(from, scale, new Span<float>(to, inner));
            }
        }
    }

    /// <summary>The first row becomes the sum or maximum of all: the later half is added to the earlier.</summary>
    private static void CombineRows(ReductionKind kind, float* rows, int count, int inner)
    {
        while (count > 1)
        {
            int half = (count + 1) / 2;
            int length = (count - half) * inner;
            Combine(kind, new Span<float>(rows, length), new ReadOnlySpan<float>(rows + (half * (long)inner), length));
            count = half;
        }
    }

    /// <summary>The first values of a row, with those of another that may be shorter.</summary>
    private static void Combine(ReductionKind kind, Span<float> into, ReadOnlySpan<float> other)
    {
        into = into[..other.Length];
        if (kind == ReductionKind.Sum)
        {
            TensorPrimitives.Add(into, other, into);
        }
        else
        {
            TensorPrimitives.Max(into, other, into);
        }
    }
}
