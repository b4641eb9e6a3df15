using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Rungs 2 to 4 of <see cref="SoftmaxKernels{TForm}"/>: several threads a row.</summary>
/// <typeparam name="TForm">Softmax or log softmax.</typeparam>
internal static class SoftmaxRowKernels<TForm> where TForm : struct, ISoftmaxForm
{
    /// <summary>Rung 2: a group a row.</summary>
    [Rung(SoftmaxLadder.Name, 2)]
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
        float normalizer = TForm.Normalizer(sum);
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            float shifted = a.Logits[first + c] - max;
            a.Y[first + c] = TForm.Output(TForm.Keep(shifted, Elementary.Exp(shifted)), normalizer);
        }
    }

    /// <inheritdoc cref="GroupForward"/>
    [Rung(SoftmaxLadder.Name, 2)]
    public static void GroupBackward(BackwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        int first = Grid.IdxX * a.Classes;
        float sum = 0f;
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            sum += TForm.Term(a.Y[first + c], a.DY[first + c]);
        }

        sum = GroupSum.Of(shared, sum);
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            a.DX[first + c] = TForm.Gradient(a.Y[first + c], a.DY[first + c], sum);
        }
    }

    /// <summary>Rung 3: the row in the registers of its lanes, which meet in shared memory.</summary>
    [Rung(SoftmaxLadder.Name, 3)]
    public static void SharedForward(ForwardArgs a) =>
        Forward<SharedLanes>(a, SharedMemory.Allocate<float>(GroupSum.MaxThreads));

    /// <inheritdoc cref="SharedForward"/>
    [Rung(SoftmaxLadder.Name, 3)]
    public static void SharedBackward(BackwardArgs a) =>
        Backward<SharedLanes>(a, SharedMemory.Allocate<float>(GroupSum.MaxThreads));

    /// <summary>Rung 4: the same, and the lanes meet by shuffles.</summary>
    [Rung(SoftmaxLadder.Name, 4)]
    [NotOnOpenCl(WarpLanes.WhyNotOnOpenCl)]
    public static void WarpForward(ForwardArgs a) => Forward<WarpLanes>(a, a.Logits);

    /// <inheritdoc cref="WarpForward"/>
    [Rung(SoftmaxLadder.Name, 4)]
    [NotOnOpenCl(WarpLanes.WhyNotOnOpenCl)]
    public static void WarpBackward(BackwardArgs a) => Backward<WarpLanes>(a, a.Y);

    private static void Forward<TLanes>(ForwardArgs a, ArrayView<float> shared) where TLanes : struct, IRowLanes
    {
        int lane = Group.IdxX % a.Lanes;
        int row = ((Grid.IdxX * Group.DimX) + Group.IdxX) / a.Lanes;
        int at = (row * a.Classes) + (4 * lane);
        int there = row < a.Rows ? a.Classes - (4 * lane) : 0;
        Float4 x = Float4Row.Read(a.Logits, at, there, a.InFloat4);
        float max = default(TLanes).Max(shared, lane, a.Lanes, Float4Row.Max(x, there));
        Float4 e = Float4Row.Exp(x, max, there);
        float sum = default(TLanes).Sum(shared, lane, a.Lanes, Float4Row.Sum(e));
        float normalizer = TForm.Normalizer(sum);
        Float4Row.Write(a.Y, at, there, a.InFloat4, new Float4(
            TForm.Output(TForm.Keep(x.X - max, e.X), normalizer),
            TForm.Output(TForm.Keep(x.Y - max, e.Y), normalizer),
            TForm.Output(TForm.Keep(x.Z - max, e.Z), normalizer),
            TForm.Output(TForm.Keep(x.W - max, e.W), normalizer)));
    }

    private static void Backward<TLanes>(BackwardArgs a, ArrayView<float> shared) where TLanes : struct, IRowLanes
    {
        int lane = Group.IdxX % a.Lanes;
        int row = ((Grid.IdxX * Group.DimX) + Group.IdxX) / a.Lanes;
        int at = (row * a.Classes) + (4 * lane);
        int there = row < a.Rows ? a.Classes - (4 * lane) : 0;
        Float4 y = Float4Row.Read(a.Y, at, there, a.InFloat4);
        Float4 dY = Float4Row.Read(a.DY, at, there, a.InFloat4);
        var terms = new Float4(
            TForm.Term(y.X, dY.X), TForm.Term(y.Y, dY.Y), TForm.Term(y.Z, dY.Z), TForm.Term(y.W, dY.W));
        float sum = default(TLanes).Sum(shared, lane, a.Lanes, Float4Row.Sum(terms));
        Float4Row.Write(a.DX, at, there, a.InFloat4, new Float4(
            TForm.Gradient(y.X, dY.X, sum), TForm.Gradient(y.Y, dY.Y, sum),
            TForm.Gradient(y.Z, dY.Z, sum), TForm.Gradient(y.W, dY.W, sum)));
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> Logits, ArrayView<float> Y, int Rows, int Classes, int Lanes)
    {
        /// <summary>1 where rows are multiples of four that can be read as such.</summary>
        public int InFloat4 { get; } = Classes % 4 == 0 && Float4.CanRead(Logits) && Float4.CanRead(Y) ? 1 : 0;
    }

    internal readonly record struct BackwardArgs(
        ArrayView<float> Y, ArrayView<float> DY, ArrayView<float> DX, int Rows, int Classes, int Lanes)
    {
        /// <inheritdoc cref="ForwardArgs.InFloat4"/>
        public int InFloat4 { get; } =
            Classes % 4 == 0 && Float4.CanRead(Y) && Float4.CanRead(DY) && Float4.CanRead(DX) ? 1 : 0;
    }
}
