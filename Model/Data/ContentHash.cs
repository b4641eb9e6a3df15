// The bytes of a file as one number, in one pass: XxHash128, which is as fast as memory. It tells files apart that
// differ by chance or by editing; it is no seal against someone who wants two files of one number.

using System.Buffers;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Model.Data;

/// <summary>Hashes of whole files.</summary>
internal static class ContentHash
{
    private const int BlockBytes = 1 << 18;

    /// <summary>
    /// The hash of a file's bytes and of what is said of them; null where it cannot be read, or is left out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="describe">Told the first bytes; what it says is part of the hash.</param>
    public static UInt128? TryOf(string path, HeaderReader describe)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            int read = RandomAccess.Read(handle, block, 0);
            if (describe(block.AsSpan(0, Math.Min(read, Features.Audio.AudioFile.HeaderBytes))) is not { } said)
            {
                return null;
            }

            var hash = new XxHash128();
            for (long at = 0; read > 0; read = RandomAccess.Read(handle, block, at))
            {
                hash.Append(block.AsSpan(0, read));
                at += read;
            }

            hash.Append(said);
            return hash.GetCurrentHashAsUInt128();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
