using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="GatherRows"/>: one thread an element, striding over the grid.</summary>
internal static class GatherRowsKernels
{
    public static void Gather(Args a) => Copy(a, start: 0);

    /// <summary>Nobody else in this launch reads the step, nor writes the position.</summary>
    public static void GatherNext(NextArgs a)
    {
        Copy(a.Rows, a.Position[0]);
        if (Grid.GlobalLinearIndex == 0)
        {
            a.Step[0] += 1;
        }
    }

    private static void Copy(Args a, int start)
    {
        int length = (int)a.Y.Length;
        for (int i = Grid.GlobalLinearIndex; i < length; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.RowLength;
            int column = i - (row * a.RowLength);
            int from = start + row < a.Order.Length ? a.Order[start + row] : 0;
            a.Y[i] = a.Source[((long)from * a.RowLength) + column];
            if (column == 0)
            {
                a.Targets[row] = a.Labels[from];
            }
        }
    }

    internal readonly record struct NextArgs(Args Rows, ArrayView<int> Position, ArrayView<int> Step);

    internal readonly record struct Args(
        ArrayView<float> Source, ArrayView<int> Labels, ArrayView<int> Order, ArrayView<float> Y,
        ArrayView<int> Targets, int RowLength);
}
