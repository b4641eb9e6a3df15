// What NVorbis believes of a header and must not: sizes that take memory, lengths of code words that never end. Real
// encoders stay far below the limits here (libvorbis' largest set of codebooks has some 60,000 entries).

using System.Numerics;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Checks a Vorbis stream's headers before they are handed over. Source: "Vorbis I specification", 3.2.1 and 4.2.
/// </summary>
internal static class VorbisHeaders
{
    private const int MostEntries = 1 << 18;
    private const long MostValues = 1 << 22;
    private const int LongestCodeWord = 32;
    private const int LargestSampleRate = 10_000_000;

    /// <summary>Channels, sample rate and the two block sizes by the first packet.</summary>
    /// <returns>The fault in words, or null where there is none.</returns>
    internal static string? FaultOfIdentification(
        VorbisPacket packet, out int channels, out int sampleRate, out (int Short, int Long) blocks)
    {
        packet.SkipBits(7 * 8);
        ulong version = packet.ReadBits(32);
        channels = (int)packet.ReadBits(8);
        uint rate = (uint)packet.ReadBits(32);
        packet.SkipBits(3 * 32);
        int shorter = (int)packet.ReadBits(4);
        int longer = (int)packet.ReadBits(4);
        sampleRate = (int)rate;
        blocks = (1 << shorter, 1 << longer);
        return packet.IsShort ? "its first header is cut short"
            : version != 0 ? $"it is Vorbis of version {version}, 0 was expected"
            : channels == 0 ? "it claims 0 channels"
            : rate is 0 or > LargestSampleRate
                ? $"it claims a sample rate of {rate} Hz, 1 to {LargestSampleRate} was expected"
            : shorter < 6 || longer > 13 || shorter > longer
                ? $"it claims blocks of 2^{shorter} and 2^{longer} samples, 2^6 to 2^13 were expected"
            : null;
    }

    /// <summary>Walks through the codebooks of the third packet.</summary>
    /// <returns>The fault in words, or null where there is none.</returns>
    internal static string? FaultOfCodebooks(VorbisPacket packet)
    {
        packet.SkipBits(7 * 8);
        int books = (int)packet.ReadBits(8) + 1;
        long allEntries = 0;
        long allValues = 0;
        for (int book = 0; book < books; book++)
        {
            ulong sync = packet.ReadBits(24);
            int dimensions = (int)packet.ReadBits(16);
            int entries = (int)packet.ReadBits(24);
            allEntries += entries;
            allValues += (long)entries * dimensions;
            if (packet.IsShort || sync != 0x564342 || dimensions == 0 || entries == 0
                || allEntries > MostEntries || allValues > MostValues)
            {
                return $"its codebook {book} is damaged ({entries} entries of {dimensions} dimensions)";
            }

            if (!SkipLengths(packet, entries) || !SkipValues(packet, entries, dimensions) || packet.IsShort)
            {
                return $"its codebook {book} is damaged (code words or values that do not fit)";
            }
        }

        return null;
    }

    /// <summary>
    /// Which modes have long blocks, read from the end of the third packet: what stands before them takes a decoder to
    /// walk through. A mode is a bit for the block, twice sixteen zeros and eight bits for the mapping; before them
    /// stands their number less one in six bits, after them a bit that is set (so too libavcodec/vorbis_parser.c).
    /// </summary>
    /// <returns>[modes], or null where there are none.</returns>
    internal static bool[]? LongModes(ReadOnlySpan<byte> setup)
    {
        const int modeBits = 1 + 16 + 16 + 8;
        int end = (8 * setup.Length) - 1;
        while (end >= 0 && Bit(setup, end) == 0)
        {
            end--;
        }

        int found = 0;
        for (int count = 1; count <= 64 && end - (count * modeBits) >= 6; count++)
        {
            int mode = end - (count * modeBits);
            if (Bits(setup, mode + 1, 32) != 0 || Bits(setup, mode + 33, 8) > 63)
            {
                break;
            }

            found = Bits(setup, mode - 6, 6) == count - 1 ? count : found;
        }

        if (found == 0)
        {
            return null;
        }

        bool[] isLong = new bool[found];
        for (int mode = 0; mode < found; mode++)
        {
            isLong[mode] = Bit(setup, end - ((found - mode) * modeBits)) == 1;
        }

        return isLong;

        static int Bit(ReadOnlySpan<byte> bytes, int at) => bytes[at >> 3] >> (at & 7) & 1;

        static long Bits(ReadOnlySpan<byte> bytes, int at, int count)
        {
            long value = 0;
            for (int i = 0; i < count; i++)
            {
                value |= (long)Bit(bytes, at + i) << i;
            }

            return value;
        }
    }

    private static bool SkipLengths(VorbisPacket packet, int entries)
    {
        bool ordered = packet.ReadBits(1) == 1;
        if (ordered)
        {
            int length = (int)packet.ReadBits(5) + 1;
            for (int entry = 0; entry < entries; length++)
            {
                int left = entries - entry;
                int count = (int)packet.ReadBits(BitOperations.Log2((uint)left) + 1);
                if (count > left || length > LongestCodeWord)
                {
                    return false;
                }

                entry += count;
            }

            return true;
        }

        bool sparse = packet.ReadBits(1) == 1;
        for (int entry = 0; entry < entries && !packet.IsShort; entry++)
        {
            if (!sparse || packet.ReadBits(1) == 1)
            {
                packet.SkipBits(5);
            }
        }

        return true;
    }

    private static bool SkipValues(VorbisPacket packet, int entries, int dimensions)
    {
        int type = (int)packet.ReadBits(4);
        if (type is not (1 or 2))
        {
            return type == 0;
        }

        packet.SkipBits(64);
        int bits = (int)packet.ReadBits(4) + 1;
        packet.SkipBits(1);
        long values = type == 1 ? ValuesOfALattice(entries, dimensions) : (long)entries * dimensions;
        packet.SkipBits((int)Math.Min(values * bits, int.MaxValue));
        return true;
    }

    /// <summary>The greatest r with r^dimensions at most entries.</summary>
    private static long ValuesOfALattice(int entries, int dimensions)
    {
        long root = 1;
        while (Power(root + 1) <= entries)
        {
            root++;
        }

        return root;

        long Power(long value)
        {
            long power = 1;
            for (int i = 0; i < dimensions && power <= entries; i++)
            {
                power *= value;
            }

            return power;
        }
    }
}
