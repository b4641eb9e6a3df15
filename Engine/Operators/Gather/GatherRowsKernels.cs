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

    internal readonly struct NextArgs(Args rows, ArrayView<int> position, ArrayView<int> step)
    {
        public readonly Args Rows = rows;
        public readonly ArrayView<int> Position = position;
        public readonly ArrayView<int> Step = step;
    }

    internal readonly struct Args(
        ArrayView<float> source, ArrayView<int> labels, ArrayView<int> order, ArrayView<float> y,
        ArrayView<int> targets, int rowLength)
    {
        public readonly ArrayView<float> Source = source;
        public readonly ArrayView<int> Labels = labels;
        public readonly ArrayView<int> Order = order;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<int> Targets = targets;
        public readonly int RowLength = rowLength;
    }
}
