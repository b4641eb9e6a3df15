// The bytes of a file as one number, in one pass: XxHash128, which is as fast as memory. It tells files apart that
// differ by chance or by editing; it is no seal against someone who wants two files of one number.

using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Model.Data;

/// <summary>Hashes of whole files.</summary>
internal static class ContentHash
{
    private const int BlockBytes = 1 << 18;

    /// <summary>The hash of a file's bytes; null where it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Told the first bytes.</param>
    public static UInt128? TryOf(string path, HeaderReader header)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            using SafeFileHandle handle = Features.Audio.RegularFile.Open(path, FileOptions.SequentialScan);
            int read = RandomAccess.Read(handle, block, 0);
            header(block.AsSpan(0, Math.Min(read, Features.Audio.AudioFile.HeaderBytes)));
            var hash = new XxHash128();
            for (long at = 0; read > 0; read = RandomAccess.Read(handle, block, at))
            {
                hash.Append(block.AsSpan(0, read));
                at += read;
            }

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

    /// <summary>The hash of bytes in memory: that of a file that holds them.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> bytes) => XxHash128.HashToUInt128(bytes);

    /// <summary>The hash of a file's hash and of what else a clip depends on.</summary>
    /// <param name="content">The file's.</param>
    /// <param name="more">The segment, the decoder.</param>
    public static UInt128 With(UInt128 content, string more)
    {
        var hash = new XxHash128();
        Span<UInt128> first = [content];
        hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(first));
        hash.Append(Encoding.UTF8.GetBytes(more));
        return hash.GetCurrentHashAsUInt128();
    }
}
