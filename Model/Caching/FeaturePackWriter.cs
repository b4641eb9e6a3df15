// A pack while it is written: rows at their places, in any order and from several threads, then the keys. Until then
// the file has a name that no reader looks for; what ends early leaves nothing.

using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Caching;

/// <summary>Writes one pack.</summary>
internal sealed class FeaturePackWriter : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly string temporary;
    private readonly byte[] head;
    private readonly PackLayout layout;
    private readonly UInt128[] keys;
    private readonly ulong[] checksums;
    private bool isDone;

    private FeaturePackWriter(SafeFileHandle handle, string temporary, byte[] head, PackLayout layout, int rows)
    {
        this.handle = handle;
        this.temporary = temporary;
        this.head = head;
        this.layout = layout;
        keys = new UInt128[rows];
        checksums = new ulong[rows];
    }

    /// <summary>The keys of the rows that were written; 0 for the others.</summary>
    public ReadOnlySpan<UInt128> Keys => keys;

    /// <summary>Begins a pack. Its whole room is taken at once, so that a full disk is seen before any work.</summary>
    /// <param name="folder">Where; it must be there.</param>
    /// <param name="settings">What rows depend on beside the clip.</param>
    /// <param name="layout">What a row consists of.</param>
    /// <param name="rows">Rows at most.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    public static FeaturePackWriter Create(string folder, string settings, PackLayout layout, int rows)
    {
        byte[] head = FeaturePack.HeadOf(settings, layout, rows);
        string temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        UnfinishedFiles.Add(temporary);
        SafeFileHandle handle = File.OpenHandle(
            temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete,
            preallocationSize: LengthOf(head.Length, layout, rows));
        var writer = new FeaturePackWriter(handle, temporary, head, layout, rows);
        try
        {
            RandomAccess.Write(handle, head, 0);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of a pack.</summary>
    public static long LengthOf(string settings, PackLayout layout, int rows) =>
        LengthOf(FeaturePack.HeadOf(settings, layout, rows).Length, layout, rows);

    /// <summary>Writes neighbouring rows, each once. Safe for several threads.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="clips">The keys of their clips; as many as rows.</param>
    /// <param name="values">[rows, values]; where the layout has halves, numbers that halves hold.</param>
    /// <param name="notes">[rows, notes].</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(int first, ReadOnlySpan<UInt128> clips, ReadOnlySpan<float> values, ReadOnlySpan<float> notes)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(clips.Length * layout.RowBytes);
        try
        {
            for (int i = 0; i < clips.Length; i++)
            {
                Span<byte> row = bytes.AsSpan(i * layout.RowBytes, layout.RowBytes);
                layout.Narrow(values.Slice(i * layout.Values, layout.Values), row[..layout.ValueBytes]);
                MemoryMarshal.AsBytes(notes.Slice(i * layout.Notes, layout.Notes)).CopyTo(row[layout.ValueBytes..]);
                keys[first + i] = clips[i];
                checksums[first + i] = XxHash3.HashToUInt64(row);
            }

            RandomAccess.Write(
                handle, bytes.AsSpan(0, clips.Length * layout.RowBytes),
                head.Length + ((long)first * layout.RowBytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Ends the pack and gives it its name; one of the same name is replaced.</summary>
    /// <param name="path">Its place; null for a file that goes when this process does.</param>
    /// <returns>The pack, to read from.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public FeaturePack Complete(string? path)
    {
        byte[] tail = new byte[(keys.Length * FeaturePack.EntryBytes) + sizeof(ulong)];
        for (int row = 0; row < keys.Length; row++)
        {
            Span<byte> entry = tail.AsSpan(row * FeaturePack.EntryBytes, FeaturePack.EntryBytes);
            BinaryPrimitives.WriteUInt128LittleEndian(entry, keys[row]);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], checksums[row]);
        }

        int end = keys.Length * FeaturePack.EntryBytes;
        BinaryPrimitives.WriteUInt64LittleEndian(
            tail.AsSpan(end), FeaturePack.ChecksumOf(head, tail.AsSpan(0, end)));
        RandomAccess.Write(handle, tail, head.Length + ((long)keys.Length * layout.RowBytes));
        if (path is not null)
        {
            File.Move(temporary, path, overwrite: true);
        }
        else
        {
            // Its content stays until the handle is closed, on every system that has FileShare.Delete or inodes.
            File.Delete(temporary);
        }

        isDone = true;
        UnfinishedFiles.Remove(temporary);
        return new FeaturePack(handle, head.Length, layout, keys, checksums);
    }

    /// <summary>Gives up what was not completed.</summary>
    public void Dispose()
    {
        if (!isDone)
        {
            handle.Dispose();
            File.Delete(temporary);
            UnfinishedFiles.Remove(temporary);
        }
    }

    private static long LengthOf(int headLength, PackLayout layout, int rows) =>
        headLength + ((long)rows * (layout.RowBytes + FeaturePack.EntryBytes)) + sizeof(ulong);
}
