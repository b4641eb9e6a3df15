// The header of a frame: block size, channels and how they are coded, in at most 16 bytes that end with a checksum.

using System.Buffers.Binary;
using System.Numerics;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>A frame's header (RFC 9639, section 9.1).</summary>
/// <param name="BlockSize">Samples of each channel, 1 to 65,535.</param>
/// <param name="Coding">How two channels are coded; independent for any other number.</param>
/// <param name="Length">Bytes of the header.</param>
internal readonly record struct FlacFrameHeader(int BlockSize, FlacStereo Coding, int Length)
{
    private const int FixedBytes = 4;
    private const int FirstStereoCode = 8;

    // Codes 1 to 11 of the sample rate, 1 to 7 of the sample size; a size of 0 is not given out.
    private static ReadOnlySpan<int> SampleRates =>
        [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000];

    private static ReadOnlySpan<byte> SampleSizes => [0, 8, 12, 0, 16, 20, 24, 32];

    /// <summary>Whether bytes begin as a frame does: 14 bits of sync code and one that is 0.</summary>
    internal static bool Begins(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 2 && bytes[0] == 0xFF && (bytes[1] & 0xFE) == 0xF8;

    /// <summary>Whether bytes begin with a header whose checksum is right, of this stream by its channels.</summary>
    internal static bool IsAt(ReadOnlySpan<byte> bytes, in FlacStreamInfo info)
    {
        if (bytes.Length <= FixedBytes || !Begins(bytes))
        {
            return false;
        }

        int channelCode = bytes[3] >> 4;
        int end = Places(NumberBytes(bytes[FixedBytes]), bytes[2] >> 4, bytes[2] & 15).End;
        return end < bytes.Length && FlacChecksums.Crc8(bytes[..end]) == bytes[end]
            && (channelCode < FirstStereoCode ? channelCode + 1 : 2) == info.Channels;
    }

    /// <summary>Reads the header at a byte of the file.</summary>
    /// <exception cref="AudioFormatException">There is none, it is damaged, or it is not of this stream.</exception>
    internal static FlacFrameHeader Parse(ReadOnlySpan<byte> file, int at, in FlacStreamInfo info, string name)
    {
        ReadOnlySpan<byte> bytes = file[at..];
        if (bytes.Length > 1 && !Begins(bytes))
        {
            string came = Convert.ToHexString(bytes[..Math.Min(4, bytes.Length)]);
            throw AudioFormatException.Of(
                name, $"it is damaged: a frame was expected at byte {at}, came {came}", FlacBitReader.CopyAgain);
        }

        int numberBytes = bytes.Length > FixedBytes ? NumberBytes(bytes[FixedBytes]) : 1;
        int sizeCode = bytes.Length > 2 ? bytes[2] >> 4 : 1;
        int rateCode = bytes.Length > 2 ? bytes[2] & 15 : 0;
        (int sizeAt, int rateAt, int end) = Places(numberBytes, sizeCode, rateCode);
        if (bytes.Length <= end)
        {
            throw FlacBitReader.Truncated(file, at, name);
        }

        byte sum = FlacChecksums.Crc8(bytes[..end]);
        if (sum != bytes[end])
        {
            throw Damaged(at, $"its header has the checksum {sum:X2}, {bytes[end]:X2} was expected", name);
        }

        int blockSize = sizeCode switch
        {
            0 => throw Damaged(at, "it has the block size code 0, which is reserved", name),
            1 => 192,
            < 6 => 144 << sizeCode,
            6 => bytes[sizeAt] + 1,
            7 => BinaryPrimitives.ReadUInt16BigEndian(bytes[sizeAt..]) + 1,
            _ => 1 << sizeCode,
        };
        int rate = rateCode switch
        {
            0 => info.SampleRate,
            12 => 1000 * bytes[rateAt],
            13 => BinaryPrimitives.ReadUInt16BigEndian(bytes[rateAt..]),
            14 => 10 * BinaryPrimitives.ReadUInt16BigEndian(bytes[rateAt..]),
            15 => throw Damaged(at, "it has the sample rate code 15, which is forbidden", name),
            _ => SampleRates[rateCode],
        };
        int channelCode = bytes[3] >> 4;
        int channels = channelCode < FirstStereoCode ? channelCode + 1 : 2;
        int bitsCode = bytes[3] >> 1 & 7;
        int bits = bitsCode == 0 ? info.BitsPerSample : SampleSizes[bitsCode];
        if (numberBytes == 0 || blockSize > ushort.MaxValue || channelCode > 10 || bits == 0 || (bytes[3] & 1) != 0)
        {
            throw Damaged(at, $"its header {Convert.ToHexString(bytes[..(end + 1)])} has a reserved value", name);
        }

        if (rate != info.SampleRate || channels != info.Channels || bits != info.BitsPerSample)
        {
            throw Damaged(
                at,
                $"it claims {rate} Hz, {channels} channels of {bits} bits, "
                + $"STREAMINFO {info.SampleRate} Hz, {info.Channels} channels of {info.BitsPerSample} bits",
                name);
        }

        FlacStereo coding = channelCode < FirstStereoCode
            ? FlacStereo.Independent
            : FlacStereo.LeftSide + (channelCode - FirstStereoCode);
        return new FlacFrameHeader(blockSize, coding, end + 1);
    }

    // The number of the frame or of its first sample, coded as UTF-8 codes a character, in up to 7 bytes; its bytes are
    // covered by the checksum, and its value is of use only to a player that begins in the middle. 0 for an impossible
    // first byte.
    private static int NumberBytes(byte first) => BitOperations.LeadingZeroCount(~((uint)first << 24)) switch
    {
        0 => 1,
        1 or 8 => 0,
        int ones => ones,
    };

    // Where the block size, the rate and the checksum stand.
    private static (int SizeAt, int RateAt, int End) Places(int numberBytes, int sizeCode, int rateCode)
    {
        int sizeAt = FixedBytes + numberBytes;
        int rateAt = sizeAt + (sizeCode is 6 or 7 ? sizeCode - 5 : 0);
        return (sizeAt, rateAt, rateAt + (rateCode == 12 ? 1 : rateCode is 13 or 14 ? 2 : 0));
    }

    private static AudioFormatException Damaged(int at, string problem, string name) =>
        AudioFormatException.Of(name, $"the frame at byte {at} is damaged: {problem}", FlacBitReader.CopyAgain);
}
