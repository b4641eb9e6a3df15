namespace NativeCnn.Engine.Graphs;

/// <summary>Rows outside of a device. Read by several threads at once.</summary>
public interface IRowReader
{
    /// <summary>Rows N.</summary>
    int Count { get; }

    /// <summary>Values of a row.</summary>
    int RowLength { get; }

    /// <summary>Copies a row.</summary>
    /// <param name="row">Its index, in [0, N).</param>
    /// <param name="values">[row length]; assigned.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    void Read(int row, Span<float> values);

    /// <summary>Is told that a row is wanted soon, where rows come from a disk that is slower than the work.</summary>
    /// <param name="row">Its index.</param>
    void Expect(int row)
    {
    }
}
