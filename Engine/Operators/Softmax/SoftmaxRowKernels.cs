using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Rungs 2 to 4 of <see cref="SoftmaxKernels"/>: several threads a row.</summary>
internal static class SoftmaxRowKernels
{
    /// <summary>Rung 2: a group a row.</summary>
    [Rung(SoftmaxKernels.Ladder, 2)]
    public static void GroupForward(ForwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        int first = Grid.IdxX * a.Classes;
        float max = float.NegativeInfinity;
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            float x = a.Logits[first + c];
            max = x > max ? x : max;
        }

        max = default(SharedLanes).Max(shared, Group.IdxX, Group.DimX, max);
        float sum = 0f;
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            sum += Elementary.Exp(a.Logits[first + c] - max);
        }

        sum = GroupSum.Of(shared, sum);
        float scale = 1f / sum;
        float logSum = Elementary.Log(sum);
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            float shifted = a.Logits[first + c] - max;
            a.Y[first + c] = a.Log != 0 ? shifted - logSum : Elementary.Exp(shifted) * scale;
        }
    }

    /// <inheritdoc cref="GroupForward"/>
    [Rung(SoftmaxKernels.Ladder, 2)]
    public static void GroupBackward(BackwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        int first = Grid.IdxX * a.Classes;
        float sum = 0f;
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            float gradient = a.DY[first + c];
            sum += a.Log != 0 ? gradient : gradient * a.Y[first + c];
        }

        sum = GroupSum.Of(shared, sum);
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            a.DX[first + c] = Gradient(a.Log, a.Y[first + c], a.DY[first + c], sum);
        }
    }

    /// <summary>Rung 3: the row in the registers of its lanes, which meet in shared memory.</summary>
    [Rung(SoftmaxKernels.Ladder, 3)]
    public static void SharedForward(ForwardArgs a) =>
        Forward<SharedLanes>(a, SharedMemory.Allocate<float>(GroupSum.MaxThreads));

    /// <inheritdoc cref="SharedForward"/>
    [Rung(SoftmaxKernels.Ladder, 3)]
    public static void SharedBackward(BackwardArgs a) =>
        Backward<SharedLanes>(a, SharedMemory.Allocate<float>(GroupSum.MaxThreads));

    /// <summary>Rung 4: the same, and the lanes meet by shuffles.</summary>
    [Rung(SoftmaxKernels.Ladder, 4)]
    [NotOnOpenCl(WarpLanes.WhyNotOnOpenCl)]
    public static void WarpForward(ForwardArgs a) => Forward<WarpLanes>(a, a.Logits);

    /// <inheritdoc cref="WarpForward"/>
    [Rung(SoftmaxKernels.Ladder, 4)]
    [NotOnOpenCl(WarpLanes.WhyNotOnOpenCl)]
    public static void WarpBackward(BackwardArgs a) => Backward<WarpLanes>(a, a.Y);

    private static void Forward<TLanes>(ForwardArgs a, ArrayView<float> shared) where TLanes : struct, IRowLanes
    {
        int lane = Group.IdxX % a.Lanes;
        int row = ((Grid.IdxX * Group.DimX) + Group.IdxX) / a.Lanes;
        int at = (row * a.Classes) + (4 * lane);
        int there = row < a.Rows ? a.Classes - (4 * lane) : 0;
        Float4 x = RowOfFour.Read(a.Logits, at, there, a.InFloat4);
        float max = default(TLanes).Max(shared, lane, a.Lanes, RowOfFour.Max(x, there));
        Float4 e = RowOfFour.Exp(x, max, there);
        float sum = default(TLanes).Sum(shared, lane, a.Lanes, RowOfFour.Sum(e));
        float scale = 1f / sum;
        float logSum = Elementary.Log(sum);
        RowOfFour.Write(a.Y, at, there, a.InFloat4, new Float4(
            a.Log != 0 ? x.X - max - logSum : e.X * scale,
            a.Log != 0 ? x.Y - max - logSum : e.Y * scale,
            a.Log != 0 ? x.Z - max - logSum : e.Z * scale,
            a.Log != 0 ? x.W - max - logSum : e.W * scale));
    }

    private static void Backward<TLanes>(BackwardArgs a, ArrayView<float> shared) where TLanes : struct, IRowLanes
    {
        int lane = Group.IdxX % a.Lanes;
        int row = ((Grid.IdxX * Group.DimX) + Group.IdxX) / a.Lanes;
        int at = (row * a.Classes) + (4 * lane);
        int there = row < a.Rows ? a.Classes - (4 * lane) : 0;
        Float4 y = RowOfFour.Read(a.Y, at, there, a.InFloat4);
        Float4 dY = RowOfFour.Read(a.DY, at, there, a.InFloat4);
        Float4 terms = a.Log != 0 ? dY : new Float4(y.X * dY.X, y.Y * dY.Y, y.Z * dY.Z, y.W * dY.W);
        float sum = default(TLanes).Sum(shared, lane, a.Lanes, RowOfFour.Sum(terms));
        RowOfFour.Write(a.DX, at, there, a.InFloat4, new Float4(
            Gradient(a.Log, y.X, dY.X, sum), Gradient(a.Log, y.Y, dY.Y, sum),
            Gradient(a.Log, y.Z, dY.Z, sum), Gradient(a.Log, y.W, dY.W, sum)));
    }

    private static float Gradient(int log, float y, float dY, float sum) =>
        log != 0 ? dY - (Elementary.Exp(y) * sum) : y * (dY - sum);

    internal readonly struct ForwardArgs(
        ArrayView<float> logits, ArrayView<float> y, int rows, int classes, int lanes, bool log)
    {
        public readonly ArrayView<float> Logits = logits;
        public readonly ArrayView<float> Y = y;
        public readonly int Rows = rows;
        public readonly int Classes = classes;
        public readonly int Lanes = lanes;
        public readonly int Log = log ? 1 : 0;
        public readonly int InFloat4 = classes % 4 == 0 && Float4.CanRead(logits) && Float4.CanRead(y) ? 1 : 0;
    }

    internal readonly struct BackwardArgs(
        ArrayView<float> y, ArrayView<float> dY, ArrayView<float> dX, int rows, int classes, int lanes, bool log)
    {
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DX = dX;
        public readonly int Rows = rows;
        public readonly int Classes = classes;
        public readonly int Lanes = lanes;
        public readonly int Log = log ? 1 : 0;
        public readonly int InFloat4 =
            classes % 4 == 0 && Float4.CanRead(y) && Float4.CanRead(dY) && Float4.CanRead(dX) ? 1 : 0;
    }
}
