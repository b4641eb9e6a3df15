namespace NativeCnn.Engine.HostBodies;

/// <summary>
/// How host bodies that work row by row split [rows, length]: as many whole rows as fill a block, whatever the number
/// of workers.
/// </summary>
/// <param name="rows">Rows, at least 1.</param>
/// <param name="length">Elements of a row, at least 1.</param>
/// <param name="multiple">Every part but the last has a multiple of so many rows.</param>
internal readonly struct HostRowParts(int rows, int length, int multiple = 1)
{
    private readonly int ofPart = Math.Max(1, HostParts.BlockLength / length / multiple) * multiple;

    /// <summary>Number of parts.</summary>
    public int Count => (int)(((long)rows + ofPart - 1) / ofPart);

    /// <summary>The rows of a part.</summary>
    public (int First, int End) Range(int part) => (part * ofPart, (int)Math.Min(rows, ((long)part + 1) * ofPart));
}
