using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// How host bodies split [rows, classes]: whole rows, about <see cref="HostParts.BlockLength"/> elements a block,
/// whatever the number of workers.
/// </summary>
internal static class RowBlocks
{
    /// <summary>Number of blocks.</summary>
    public static int Count(int rows, int classes) => (rows + RowsOfBlock(classes) - 1) / RowsOfBlock(classes);

    /// <summary>First row and number of rows of one block.</summary>
    public static (int First, int Count) Range(int block, int rows, int classes)
    {
        int first = block * RowsOfBlock(classes);
        return (first, Math.Min(RowsOfBlock(classes), rows - first));
    }

    private static int RowsOfBlock(int classes) => Math.Max(1, HostParts.BlockLength / classes);
}
