// A file of rows, written once and never changed. Little-endian:
//   magic, 8 bytes · rows, values and notes of a row, bytes of a value, length of the settings' text, 0: 6 x int32
//   the settings, UTF-8 · zeros up to a multiple of 4,096
//   rows x (values x float32 or float16, notes x float32)
//   rows x (key of the clip, 16 bytes; XxHash3 of its row, 8 bytes); all zero where the row was left empty
//   XxHash3 of magic, numbers, settings and keys, 8 bytes
// Rows come before their keys, so that each can be written as soon as it is computed. The head and the keys are checked
// when a pack is opened, a row when it is read first: what is damaged counts as not there. Rows are read by position,
// not through a mapping: a mini-batch copies its rows anyway, and pages of the system's cache are not this process's.

using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Model.Caching;

/// <summary>Rows by the keys of their clips, in one immutable file. Reading is safe for several threads.</summary>
internal sealed class FeaturePack : IDisposable
{
    internal const int EntryBytes = 24;

    private const int PrefixBytes = 32;
    private const int PageBytes = 4096;
    private const int MostRows = 50_000_000;

    // Longer rows borrow; most rows are a few thousand floats.
    private const int MostStackBytes = 1 << 15;

    private readonly SafeFileHandle handle;
    private readonly long dataStart;
    private readonly UInt128[] keys;
    private readonly ulong[] checksums;

    internal FeaturePack(
        SafeFileHandle handle, long dataStart, PackLayout layout, UInt128[] keys, ulong[] checksums)
    {
        this.handle = handle;
        this.dataStart = dataStart;
        this.keys = keys;
        this.checksums = checksums;
        Layout = layout;
    }

    /// <summary>What a row consists of.</summary>
    public PackLayout Layout { get; }

    /// <summary>The key of each row; 0 for a row that was left empty.</summary>
    public ReadOnlySpan<UInt128> Keys => keys;

    private static ReadOnlySpan<byte> Magic => "NCNNPK2\n"u8;

    /// <summary>Opens a pack; null where it is damaged, or of other settings.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FeaturePack? TryOpen(string path, string settings, PackLayout layout)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            if (TryRead(handle, settings, layout) is { } pack)
            {
                return pack;
            }

            handle.Dispose();
            return null;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>All before the rows.</summary>
    internal static byte[] HeadOf(string settings, PackLayout layout, int rows)
    {
        byte[] text = Encoding.UTF8.GetBytes(settings);
        byte[] head = new byte[(PrefixBytes + text.Length + PageBytes - 1) / PageBytes * PageBytes];
        Magic.CopyTo(head);
        int[] numbers = [rows, layout.Values, layout.Notes, layout.BytesOfValue, text.Length, 0];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(Magic.Length + (i * sizeof(int))), numbers[i]);
        }

        text.CopyTo(head, PrefixBytes);
        return head;
    }

    /// <summary>The checksum of a head and of the keys behind the rows.</summary>
    internal static ulong ChecksumOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> entries)
    {
        var hash = new XxHash3();
        hash.Append(head);
        hash.Append(entries);
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Whether a row was written; one may have been left empty.</summary>
    public bool IsWritten(int row) => checksums[row] != 0;

    /// <summary>Reads a row, and whether it is what was written.</summary>
    /// <param name="row">The row.</param>
    /// <param name="values">Its values.</param>
    /// <param name="notes">Its notes.</param>
    /// <returns>False where the row is damaged; what was read is then of no use.</returns>
    public bool TryRead(int row, Span<float> values, Span<float> notes)
    {
        if (!Layout.IsHalf && Layout.Notes == 0)
        {
            Span<byte> direct = MemoryMarshal.AsBytes(values[..Layout.Values]);
            return TryFill(row, direct) && XxHash3.HashToUInt64(direct) == checksums[row];
        }

        byte[]? rented = null;
        Span<byte> bytes = Layout.RowBytes <= MostStackBytes
            ? stackalloc byte[Layout.RowBytes]
            : (rented = ArrayPool<byte>.Shared.Rent(Layout.RowBytes)).AsSpan(0, Layout.RowBytes);
        try
        {
            if (!TryFill(row, bytes) || XxHash3.HashToUInt64(bytes) != checksums[row])
            {
                return false;
            }

            Layout.Widen(bytes[..Layout.ValueBytes], values);
            MemoryMarshal.Cast<byte, float>(bytes[Layout.ValueBytes..]).CopyTo(notes);
            return true;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Reads the values of a row that was read before, without looking at its checksum again.</summary>
    /// <exception cref="IOException">The file is shorter than it was, or cannot be read.</exception>
    public void Read(int row, Span<float> values)
    {
        if (!Layout.IsHalf)
        {
            Expect(TryFill(row, MemoryMarshal.AsBytes(values[..Layout.Values])));
            return;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Layout.ValueBytes);
        try
        {
            Span<byte> half = bytes.AsSpan(0, Layout.ValueBytes);
            Expect(TryFill(row, half));
            Layout.Widen(half, values);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        static void Expect(bool isThere)
        {
            if (!isThere)
            {
                throw new IOException("the file of the features is shorter than it was: it was changed meanwhile");
            }
        }
    }

    /// <summary>Lets the system fetch a row that is read soon, where it has a call for that.</summary>
    public void Expect(int row) =>
        FileAdvice.WillNeed(handle, dataStart + ((long)row * Layout.RowBytes), Layout.RowBytes);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private bool TryFill(int row, Span<byte> bytes)
    {
        long at = dataStart + ((long)row * Layout.RowBytes);
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(handle, bytes, at);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            at += read;
        }

        return true;
    }

    private static FeaturePack? TryRead(SafeFileHandle handle, string settings, PackLayout layout)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        if (RandomAccess.Read(handle, prefix, 0) != PrefixBytes || !prefix.StartsWith(Magic))
        {
            return null;
        }

        int rows = BinaryPrimitives.ReadInt32LittleEndian(prefix[Magic.Length..]);
        if (rows is < 0 or > MostRows)
        {
            return null;
        }

        byte[] head = HeadOf(settings, layout, rows);
        int tailBytes = (rows * EntryBytes) + sizeof(ulong);
        long tailStart = head.Length + ((long)rows * layout.RowBytes);
        if (RandomAccess.GetLength(handle) != tailStart + tailBytes)
        {
            return null; // Before memory is taken for rows that a damaged head claims.
        }

        byte[] found = new byte[head.Length];
        byte[] tail = new byte[tailBytes];
        if (RandomAccess.Read(handle, found, 0) != found.Length || !found.AsSpan().SequenceEqual(head)
            || RandomAccess.Read(handle, tail, tailStart) != tail.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> entries = tail.AsSpan(0, rows * EntryBytes);
        if (ChecksumOf(head, entries) != BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(entries.Length)))
        {
            return null;
        }

        var keys = new UInt128[rows];
        ulong[] checksums = new ulong[rows];
        for (int row = 0; row < rows; row++)
        {
            keys[row] = BinaryPrimitives.ReadUInt128LittleEndian(entries[(row * EntryBytes)..]);
            checksums[row] = BinaryPrimitives.ReadUInt64LittleEndian(entries[((row * EntryBytes) + 16)..]);
        }

        return new FeaturePack(handle, head.Length, layout, keys, checksums);
    }
}
