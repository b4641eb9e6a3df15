// A file of feature rows, written once and never changed. Little-endian:
//   magic, 8 bytes · rows, row length, length of the settings' text, 0: 4 x int32 · the settings, UTF-8
//   rows x (key of the clip, 16 bytes; XxHash3 of its row, 8 bytes) · XxHash3 of all that is before it, 8 bytes
//   rows x row length x float32
// The head is checked when a pack is opened, a row when it is read: what is damaged counts as not there.

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Feature rows by the keys of their clips, in one immutable file.</summary>
internal sealed class FeaturePack : IDisposable
{
    private const int PrefixBytes = 24;
    private const int EntryBytes = 24;
    private const int MostRows = 50_000_000;

    private readonly SafeFileHandle handle;
    private readonly long dataStart;
    private readonly int rowLength;
    private readonly ulong[] checksums;

    private FeaturePack(SafeFileHandle handle, long dataStart, int rowLength, UInt128[] keys, ulong[] checksums)
    {
        this.handle = handle;
        this.dataStart = dataStart;
        this.rowLength = rowLength;
        Keys = keys;
        this.checksums = checksums;
    }

    /// <summary>The key of each row.</summary>
    public IReadOnlyList<UInt128> Keys { get; }

    private static ReadOnlySpan<byte> Magic => "NCNNPK1\n"u8;

    /// <summary>Opens a pack; null where it is damaged, or of other settings.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FeaturePack? TryOpen(string path, string settings, int rowLength)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            byte[]? head = ReadHead(handle, settings, rowLength, out int rows);
            if (head is null)
            {
                handle.Dispose();
                return null;
            }

            ReadOnlySpan<byte> entries = head.AsSpan(head.Length - sizeof(ulong) - (rows * EntryBytes));
            var keys = new UInt128[rows];
            ulong[] checksums = new ulong[rows];
            for (int row = 0; row < rows; row++)
            {
                keys[row] = BinaryPrimitives.ReadUInt128LittleEndian(entries[(row * EntryBytes)..]);
                checksums[row] = BinaryPrimitives.ReadUInt64LittleEndian(entries[((row * EntryBytes) + 16)..]);
            }

            return new FeaturePack(handle, head.Length, rowLength, keys, checksums);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes a pack in one step; a pack of the same name is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What the rows were computed with.</param>
    /// <param name="rowLength">Floats of a row.</param>
    /// <param name="keys">The key of each row.</param>
    /// <param name="rows">The rows, one after another.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, string settings, int rowLength, UInt128[] keys, ReadOnlyMemory<float> rows)
    {
        byte[] text = Encoding.UTF8.GetBytes(settings);
        byte[] head = new byte[PrefixBytes + text.Length + (keys.Length * EntryBytes) + sizeof(ulong)];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), keys.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), rowLength);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), text.Length);
        text.CopyTo(head, PrefixBytes);
        for (int row = 0; row < keys.Length; row++)
        {
            Span<byte> entry = head.AsSpan(PrefixBytes + text.Length + (row * EntryBytes), EntryBytes);
            ReadOnlySpan<float> values = rows.Span.Slice(row * rowLength, rowLength);
            BinaryPrimitives.WriteUInt128LittleEndian(entry, keys[row]);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], XxHash3.HashToUInt64(MemoryMarshal.AsBytes(values)));
        }

        int end = head.Length - sizeof(ulong);
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(end), XxHash3.HashToUInt64(head.AsSpan(0, end)));
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write(head);
                ReadOnlySpan<float> left = rows.Span;
                while (left.Length > 0)
                {
                    int count = Math.Min(left.Length, 1 << 22);
                    stream.Write(MemoryMarshal.AsBytes(left[..count]));
                    left = left[count..];
                }
            },
            durable: false);
    }

    /// <summary>Reads a row; false where it is damaged.</summary>
    public bool TryRead(int row, Span<float> values)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        long at = dataStart + ((long)row * rowLength * sizeof(float));
        try
        {
            return RandomAccess.Read(handle, bytes, at) == bytes.Length
                && XxHash3.HashToUInt64(bytes) == checksums[row];
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>All before the rows, or null where it is not what it should be.</summary>
    private static byte[]? ReadHead(SafeFileHandle handle, string settings, int rowLength, out int rows)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        rows = 0;
        if (RandomAccess.Read(handle, prefix, 0) != PrefixBytes || !prefix.StartsWith(Magic))
        {
            return null;
        }

        byte[] text = Encoding.UTF8.GetBytes(settings);
        rows = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        bool isOurs = rows is >= 0 and < MostRows
            && BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]) == rowLength
            && BinaryPrimitives.ReadInt32LittleEndian(prefix[16..]) == text.Length;
        long headLength = PrefixBytes + text.Length + ((long)rows * EntryBytes) + sizeof(ulong);
        if (!isOurs || RandomAccess.GetLength(handle) != headLength + ((long)rows * rowLength * sizeof(float)))
        {
            return null;
        }

        byte[] head = new byte[headLength];
        int end = head.Length - sizeof(ulong);
        return RandomAccess.Read(handle, head, 0) == head.Length
            && head.AsSpan(PrefixBytes, text.Length).SequenceEqual(text)
            && XxHash3.HashToUInt64(head.AsSpan(0, end)) == BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(end))
            ? head
            : null;
    }
}
