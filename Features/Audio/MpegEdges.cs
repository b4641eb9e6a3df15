// Where the sound of an MP3 file begins and ends: an encoder puts a tag into the first frame, which is not sound, and
// in it how many samples it put before the sound and after it.

using System.Buffers.Binary;

namespace NativeCnn.Features.Audio;

/// <summary>What is cut off the decoded samples.</summary>
/// <param name="HasTag">Whether the first frame holds a tag and no sound.</param>
/// <param name="Skip">Samples dropped at the start.</param>
/// <param name="End">Where the sound ends, counted before the start is dropped.</param>
/// <param name="Frames">Frames of sound that the tag promises; 0 where it does not say.</param>
/// <remarks>
/// Source: the Xing, LAME and VBRI tags as Fraunhofer and LAME ("MP3 Info Tag revision 1") describe them, and ffmpeg's
/// libavformat/mp3dec.c, whose conventions these are: the delay counts where LAME, Lavf or Lavc wrote it, and a decoder
/// adds 529 samples of its own.
/// </remarks>
internal readonly record struct MpegEdges(bool HasTag, int Skip, long End, long Frames)
{
    private const int DecoderDelay = 529;

    /// <summary>Nothing is cut.</summary>
    internal static MpegEdges None => new(false, 0, long.MaxValue, 0);

    /// <summary>By the first frame.</summary>
    internal static MpegEdges Of(MpegHeader header, ReadOnlySpan<byte> frame)
    {
        if (header.Layer != 3)
        {
            return None;
        }

        ReadOnlySpan<byte> vbri = frame[Math.Min(MpegHeader.Bytes + 32, frame.Length)..];
        if (vbri.Length >= 18 && vbri.StartsWith("VBRI"u8))
        {
            return None with { HasTag = true, Frames = BinaryPrimitives.ReadUInt32BigEndian(vbri[14..]) };
        }

        ReadOnlySpan<byte> tag = frame[Math.Min(MpegHeader.Bytes + header.SideBytes, frame.Length)..];
        if (tag.Length < 8 || !(tag.StartsWith("Xing"u8) || tag.StartsWith("Info"u8)))
        {
            return None;
        }

        uint fields = BinaryPrimitives.ReadUInt32BigEndian(tag[4..]);
        tag = tag[8..];
        uint frames = Field(ref tag, (fields & 1) != 0 ? 4 : 0);
        uint bytes = Field(ref tag, (fields & 2) != 0 ? 4 : 0);
        Field(ref tag, (fields & 4) != 0 ? 100 : 0);
        Field(ref tag, (fields & 8) != 0 ? 4 : 0);
        bool hasTag = frames > 0 || bytes > 0;

        // Nine characters of the encoder's name, twelve bytes of this and that, twice twelve bits of delays.
        bool hasDelays = tag.Length >= 24
            && (tag.StartsWith("LAME"u8) || tag.StartsWith("Lavf"u8) || tag.StartsWith("Lavc"u8));
        if (!hasTag || !hasDelays)
        {
            return None with { HasTag = hasTag, Frames = frames };
        }

        int before = tag[21] << 4 | tag[22] >> 4;
        int after = (tag[22] & 15) << 8 | tag[23];
        return new MpegEdges(
            true,
            before + DecoderDelay,
            frames > 0 ? ((long)frames * header.Samples) - after + DecoderDelay : long.MaxValue,
            frames);
    }

    private static uint Field(ref ReadOnlySpan<byte> tag, int length)
    {
        uint value = length == 4 && tag.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(tag) : 0;
        tag = tag[Math.Min(length, tag.Length)..];
        return value;
    }
}
