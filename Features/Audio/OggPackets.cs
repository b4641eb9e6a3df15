// Ogg's pages to the packets of one sound stream: finds the stream by how its first packet begins, joins packets that
// run over pages, checks every page's CRC. Other streams of the file are passed over; a stream that follows is a link
// of a chain. Whatever the bytes, each step goes forward by a page, and the packets take no more bytes than the file.

using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace NativeCnn.Features.Audio;

/// <summary>
/// The packets of a file's first stream of a codec. Source: RFC 3533, "The Ogg Encapsulation Format Version 0".
/// </summary>
internal sealed class OggPackets : IDisposable
{
    /// <summary>Bytes after the packets that may be read (and mean nothing), so that a reader may take eight.</summary>
    internal const int Padding = 16;

    private const int HeaderBytes = 27;
    private const int Continued = 1;
    private const int First = 2;
    private const int Last = 4;
    private const string CopyAgain = "copy the whole file again";

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(value =>
    {
        uint crc = (uint)value << 24;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc << 1) ^ ((crc >> 31) * 0x04C11DB7u);
        }

        return crc;
    })];

    private readonly List<List<OggPacket>> links = [];
    private byte[] bytes;
    private int used;

    // The stream's serial number, where the packet at hand began, and whether its beginning is missing.
    private uint serial;
    private int begun;
    private bool beheaded;
    private bool ended;
    private uint nextNumber;

    private OggPackets(int fileBytes) => bytes = ArrayPool<byte>.Shared.Rent(fileBytes + Padding);

    /// <summary>The bytes that <see cref="OggPacket.Offset"/> counts in.</summary>
    internal byte[] Bytes => bytes;

    /// <summary>Where the file ends before its stream does; null where it does not.</summary>
    internal AudioRemark? Remark { get; private set; }

    /// <summary>The packets of each stream of the chain, nearly always one; each has a packet at least.</summary>
    internal IReadOnlyList<IReadOnlyList<OggPacket>> Links => links;

    /// <summary>Whether a file is Ogg whose first stream begins with these bytes.</summary>
    internal static bool Begin(ReadOnlySpan<byte> file, ReadOnlySpan<byte> signature) =>
        file.Length > HeaderBytes && file.StartsWith("OggS"u8)
        && file.Length >= HeaderBytes + file[26] + signature.Length
        && file[(HeaderBytes + file[26])..].StartsWith(signature);

    /// <summary>Takes a whole file apart.</summary>
    /// <param name="file">Every byte of it.</param>
    /// <param name="signature">How the first packet of the stream begins.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="AudioFormatException">It is damaged, or cut short before its sound begins.</exception>
    internal static OggPackets Read(ReadOnlySpan<byte> file, ReadOnlySpan<byte> signature, string name)
    {
        var packets = new OggPackets(file.Length);
        try
        {
            for (int position = 0; position < file.Length;)
            {
                if (!file[position..].StartsWith("OggS"u8) && !"OggS"u8.StartsWith(file[position..]))
                {
                    // What others append behind the last page is not ours.
                    if (packets.ended && file[position..].IndexOf("OggS"u8) < 0)
                    {
                        break;
                    }

                    throw AudioFormatException.Of(
                        name, $"it is damaged: an Ogg page was expected at byte {position}", CopyAgain);
                }

                int length = packets.ReadPage(file[position..], position, signature, name);
                if (length == 0)
                {
                    packets.Remark = AudioRemark.CutShort($"it ends within the Ogg page at byte {position}");
                    break;
                }

                position += length;
            }

            if (!packets.ended)
            {
                packets.Remark ??= AudioRemark.CutShort(
                    $"it ends at byte {file.Length} without an Ogg page marked last");
            }

            return packets.links.Count > 0 && packets.links[^1].Count > 0
                ? packets
                : throw AudioFormatException.Of(name, "it is damaged: no Ogg page begins its sound", CopyAgain);
        }
        catch
        {
            packets.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }

    // Capture pattern (4), version, flags, granule (8), serial (4), number (4), CRC (4), lengths of segments. Gives the
    // page's bytes, or 0 where the file ends within it.
    private int ReadPage(ReadOnlySpan<byte> rest, int position, ReadOnlySpan<byte> signature, string name)
    {
        int bodyAt = rest.Length < HeaderBytes ? HeaderBytes : HeaderBytes + rest[26];
        int length = bodyAt;
        if (bodyAt <= rest.Length)
        {
            foreach (byte segment in rest[HeaderBytes..bodyAt])
            {
                length += segment;
            }
        }

        if (length > rest.Length)
        {
            // Where another page follows, this one's length is what is wrong.
            return rest[1..].IndexOf("OggS"u8) < 0
                ? 0
                : throw AudioFormatException.Of(
                    name,
                    $"it is damaged: the Ogg page at byte {position} takes {length} bytes or more, the file holds "
                    + $"{rest.Length}",
                    CopyAgain);
        }

        uint written = BinaryPrimitives.ReadUInt32LittleEndian(rest[22..]);
        uint crc = Crc(rest[..length]);
        if (rest[4] != 0 || crc != written)
        {
            throw AudioFormatException.Of(
                name,
                rest[4] != 0
                    ? $"it has an Ogg page of version {rest[4]} at byte {position}, 0 was expected"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"it is damaged: the Ogg page at byte {position} has the CRC {crc:X8}, it says {written:X8}"),
                CopyAgain);
        }

        int flags = rest[5];
        uint pageSerial = BinaryPrimitives.ReadUInt32LittleEndian(rest[14..]);
        ReadOnlySpan<byte> body = rest[bodyAt..length];

        // Streams that sound together begin together; one that begins after packets of ours follows it.
        bool begins = (flags & First) != 0 && body.StartsWith(signature) && (links.Count == 0 || links[^1].Count > 1);
        if (begins)
        {
            links.Add([]);
            serial = pageSerial;
            ended = false;
            begun = used;
        }

        if (links.Count > 0 && pageSerial == serial && !ended)
        {
            uint number = BinaryPrimitives.ReadUInt32LittleEndian(rest[18..]);
            if (number != nextNumber && !begins)
            {
                // What a lost page would have ended is dropped.
                begun = used;
            }

            nextNumber = number + 1;
            Append(rest[HeaderBytes..bodyAt], body, flags, BinaryPrimitives.ReadInt64LittleEndian(rest[6..]), position);
            ended = (flags & Last) != 0;
        }

        return length;
    }

    private void Append(ReadOnlySpan<byte> segments, ReadOnlySpan<byte> body, int flags, long granule, int position)
    {
        List<OggPacket> packets = links[^1];
        bool continues = (flags & Continued) != 0;
        if (!continues)
        {
            begun = used;
            beheaded = false;
        }
        else if (begun == used)
        {
            beheaded = true;
        }

        body.CopyTo(bytes.AsSpan(used));
        int last = -1;
        foreach (byte segment in segments)
        {
            used += segment;
            if (segment == byte.MaxValue)
            {
                continue;
            }

            if (!beheaded && used > begun)
            {
                last = packets.Count;
                packets.Add(new OggPacket(begun, used - begun, -1, position));
            }

            begun = used;
            beheaded = false;
        }

        if (last >= 0)
        {
            packets[last] = packets[last] with { Granule = granule };
        }
    }

    // The page's CRC with its own four bytes taken as 0.
    private static uint Crc(ReadOnlySpan<byte> page)
    {
        uint crc = Crc(0, page[..22]);
        crc = Crc(crc, [0, 0, 0, 0]);
        return Crc(crc, page[26..]);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = (crc << 8) ^ CrcTable[(crc >> 24) ^ value];
        }

        return crc;
    }
}
