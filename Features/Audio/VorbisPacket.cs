// A packet as NVorbis reads it: bits, the lowest of a byte first, zeros where it ends.

using System.Buffers.Binary;
using NVorbis.Contracts;

namespace NativeCnn.Features.Audio;

/// <summary>Reads the bits of one packet; bytes beyond it must be there (<see cref="OggPackets.Padding"/>).</summary>
internal sealed class VorbisPacket : IPacket
{
    private byte[] bytes = [];
    private long start;
    private long position;
    private long end;

    /// <inheritdoc/>
    public bool IsResync => false;

    /// <inheritdoc/>
    public bool IsShort { get; private set; }

    /// <summary>None: NVorbis would count up to where the window of the next block begins, not to its middle.</summary>
    public long? GranulePosition => null;

    /// <summary>Never: the end is cut by our own count.</summary>
    public bool IsEndOfStream => false;

    /// <inheritdoc/>
    public int BitsRead => (int)Math.Min(position - start, int.MaxValue);

    /// <inheritdoc/>
    public int BitsRemaining => (int)Math.Min(end - position, int.MaxValue);

    /// <inheritdoc/>
    public int ContainerOverheadBits => 0;

    /// <summary>Begins to read a packet.</summary>
    internal VorbisPacket Open(byte[] source, int offset, int length)
    {
        bytes = source;
        start = position = 8L * offset;
        end = start + (8L * length);
        IsShort = false;
        return this;
    }

    /// <inheritdoc/>
    public ulong TryPeekBits(int count, out int bitsRead)
    {
        bitsRead = (int)Math.Min(count, end - position);
        if (bitsRead < count)
        {
            IsShort = true;
        }

        if (bitsRead == 0)
        {
            return 0;
        }

        int at = (int)(position >> 3);
        int shift = (int)(position & 7);
        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)) >> shift;
        if (shift + bitsRead > 64)
        {
            bits |= (ulong)bytes[at + 8] << (64 - shift);
        }

        return bitsRead == 64 ? bits : bits & ((1UL << bitsRead) - 1);
    }

    /// <inheritdoc/>
    public void SkipBits(int count)
    {
        IsShort |= count > end - position;
        position = Math.Min(position + Math.Max(count, 0), end);
    }

    /// <inheritdoc/>
    public ulong ReadBits(int count)
    {
        ulong bits = TryPeekBits(count, out _);
        SkipBits(count);
        return bits;
    }

    /// <inheritdoc/>
    public void Done()
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
        position = start;
        IsShort = false;
    }
}
