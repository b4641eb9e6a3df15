// What stands before the first frame: the metadata blocks, of which STREAMINFO alone is of interest.
// Trusts no length: every block is checked against the bytes at hand.

using System.Buffers.Binary;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>STREAMINFO of a FLAC file (RFC 9639, section 8.2), and where its frames begin.</summary>
internal readonly record struct FlacStreamInfo
{
    private const int MarkerBytes = 4;
    private const int BlockHeaderBytes = 4;
    private const int StreamInfoBytes = 34;
    private const int LastBlockFlag = 0x80;
    private const int FewestBits = 4;
    private const string CopyAgain = "copy the whole file again";
    private const string EncodeAgain = "encode it again";

    /// <summary>Samples a second, at least 1.</summary>
    internal int SampleRate { get; private init; }

    /// <summary>Channels, 1 to 8.</summary>
    internal int Channels { get; private init; }

    /// <summary>Bits of a sample, 4 to 32.</summary>
    internal int BitsPerSample { get; private init; }

    /// <summary>Samples of each channel; 0 where the writer did not know.</summary>
    internal long Total { get; private init; }

    /// <summary>Where the MD5 of the samples stands: 16 bytes, all zero where it was not computed.</summary>
    internal int Md5Offset { get; private init; }

    /// <summary>Where the first frame begins.</summary>
    internal int FirstFrame { get; private init; }

    /// <summary>Whether a file begins as FLAC does.</summary>
    internal static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("fLaC"u8);

    /// <summary>Reads the metadata of a whole file.</summary>
    /// <exception cref="AudioFormatException">The file is not FLAC, or its metadata are damaged.</exception>
    internal static FlacStreamInfo Parse(ReadOnlySpan<byte> file, string name)
    {
        int start = Id3Tag.LengthOf(file);
        bool isCut = start > file.Length;
        if (isCut || !Begins(file[start..]))
        {
            throw isCut
                ? Truncated(file, "ID3", 0, start - file.Length, name)
                : AudioFormatException.Of(
                    name, $"it is no FLAC file: `fLaC` was expected at byte {start}", EncodeAgain);
        }

        FlacStreamInfo? info = null;
        int position = start + MarkerBytes;
        bool last = false;
        while (!last)
        {
            if (position > file.Length - BlockHeaderBytes)
            {
                throw AudioFormatException.Of(
                    name, $"it is truncated: it ends at byte {file.Length}, within its metadata", CopyAgain);
            }

            uint header = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
            int type = (int)(header >> 24) & ~LastBlockFlag;
            int length = (int)(header & 0xFFFFFF);
            int body = position + BlockHeaderBytes;
            last = (header >> 24 & LastBlockFlag) != 0;
            if (length > file.Length - body)
            {
                throw Truncated(file, "metadata", position, length - (file.Length - body), name);
            }

            info ??= type == 0 && length == StreamInfoBytes
                ? ParseStreamInfo(file.Slice(body, length), body, name)
                : throw AudioFormatException.Of(
                    name,
                    $"its metadata begin with a block of type {type} and {length} bytes at byte {position}, "
                    + $"STREAMINFO (type 0) of {StreamInfoBytes} was expected",
                    EncodeAgain);
            position = body + length;
        }

        return info!.Value with { FirstFrame = position };
    }

    // Smallest and largest block (16 bits each), smallest and largest frame (24 each), rate (20), channels - 1 (3),
    // bits - 1 (5), samples (36), MD5 (128). The sizes are hints to players; frames tell their own.
    private static FlacStreamInfo ParseStreamInfo(ReadOnlySpan<byte> block, int at, string name)
    {
        ulong fields = BinaryPrimitives.ReadUInt64BigEndian(block[10..]);
        int sampleRate = (int)(fields >> 44);
        int bits = (int)(fields >> 36 & 31) + 1;
        if (sampleRate == 0)
        {
            throw AudioFormatException.Of(name, $"it claims a sample rate of 0 Hz at byte {at + 10}", EncodeAgain);
        }

        return bits >= FewestBits
            ? new FlacStreamInfo
            {
                SampleRate = sampleRate,
                Channels = (int)(fields >> 41 & 7) + 1,
                BitsPerSample = bits,
                Total = (long)(fields & 0xF_FFFF_FFFF),
                Md5Offset = at + 18,
            }
            : throw AudioFormatException.Of(
                name, $"it claims {bits} bits a sample at byte {at + 12}, 4 to 32 were expected", EncodeAgain);
    }

    private static AudioFormatException Truncated(
        ReadOnlySpan<byte> file, string what, int at, int missing, string name) =>
        AudioFormatException.Of(
            name,
            $"it is truncated: of the {what} block at byte {at}, {missing} bytes are missing, "
            + $"the file ends at byte {file.Length}",
            CopyAgain);
}
