using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="GatherRows"/>: one thread an element, striding over the grid.</summary>
internal static class GatherRowsKernels
{
    public static void Gather(Args a)
    {
        int length = (int)a.Y.Length;
        for (int i = Grid.GlobalLinearIndex; i < length; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.RowLength;
            int column = i - (row * a.RowLength);
            int from = a.Order[row];
            a.Y[i] = a.Source[((long)from * a.RowLength) + column];
            if (column == 0)
            {
                a.Targets[row] = a.Labels[from];
            }
        }
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
