namespace NativeCnn.Engine.HostBodies;

/// <summary>
/// How elementwise host bodies split their data: blocks of a fixed length, whatever the number of workers, so that
/// sums over blocks come out the same for every team.
/// </summary>
internal static class HostParts
{
    /// <summary>Elements of a block: 32 KiB of float32, a part that is worth a dispatch and stays in L1.</summary>
    public const int BlockLength = 8 * 1024;

    /// <summary>Number of blocks in <paramref name="length"/> elements.</summary>
    public static int Blocks(int length) => (length + BlockLength - 1) / BlockLength;

    /// <summary>First element and number of elements of one block.</summary>
    public static (int Start, int Count) Range(int block, int length)
    {
        int start = block * BlockLength;
        return (start, Math.Min(BlockLength, length - start));
    }
}
