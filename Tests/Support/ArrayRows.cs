using NativeCnn.Engine.Graphs;

namespace NativeCnn.Tests.Support;

/// <summary>Rows of an array.</summary>
internal sealed class ArrayRows(float[] values, int rowLength) : IRowReader
{
    public int Count => values.Length / rowLength;

    public int RowLength => rowLength;

    public void Read(int row, Span<float> into) => values.AsSpan(row * rowLength, rowLength).CopyTo(into);
}
