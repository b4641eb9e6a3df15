// A frame as NLayer reads it: bits, the highest of a byte first.

using NLayer;

namespace NativeCnn.Features.Audio;

/// <summary>One frame after the other, in a buffer of its own.</summary>
internal sealed class MpegFrame : IMpegFrame
{
    // Layer II at 160 kbit/s and 8 kHz takes 2,880 bytes.
    private readonly byte[] bytes = new byte[4096];
    private MpegHeader header;
    private int position;

    /// <inheritdoc/>
    public int SampleRate => header.SampleRate;

    /// <inheritdoc/>
    public int SampleRateIndex => header.SampleRateIndex;

    /// <inheritdoc/>
    public int FrameLength => header.FrameBytes;

    /// <inheritdoc/>
    public int BitRate => header.BitRate;

    /// <inheritdoc/>
    public MpegVersion Version => header.Divisor switch
    {
        1 => MpegVersion.Version1,
        2 => MpegVersion.Version2,
        _ => MpegVersion.Version25,
    };

    /// <inheritdoc/>
    public MpegLayer Layer => header.Layer switch
    {
        1 => MpegLayer.LayerI,
        2 => MpegLayer.LayerII,
        _ => MpegLayer.LayerIII,
    };

    /// <inheritdoc/>
    public MpegChannelMode ChannelMode => header.Mode switch
    {
        0 => MpegChannelMode.Stereo,
        1 => MpegChannelMode.JointStereo,
        2 => MpegChannelMode.DualChannel,
        _ => MpegChannelMode.Mono,
    };

    /// <inheritdoc/>
    public int ChannelModeExtension => header.ModeExtension;

    /// <inheritdoc/>
    public int SampleCount => header.Samples;

    /// <inheritdoc/>
    public int BitRateIndex => header.BitRateIndex;

    /// <inheritdoc/>
    public bool IsCopyrighted => header.IsCopyrighted;

    /// <inheritdoc/>
    public bool HasCrc => header.HasCrc;

    /// <summary>No: as ffmpeg does by itself, the CRC is passed over.</summary>
    public bool IsCorrupted => false;

    /// <summary>Takes a frame.</summary>
    internal void Open(MpegHeader opened, ReadOnlySpan<byte> frame)
    {
        header = opened;
        frame.CopyTo(bytes);
        Reset();
    }

    /// <inheritdoc/>
    public void Reset() => position = 8 * (MpegHeader.Bytes + (header.HasCrc ? 2 : 0));

    /// <inheritdoc/>
    public int ReadBits(int bitCount)
    {
        if (position + bitCount > 8 * FrameLength)
        {
            throw new EndOfStreamException("the frame ends within its own fields");
        }

        ulong value = 0;
        for (int left = bitCount; left > 0;)
        {
            int within = 8 - (position & 7);
            int taken = Math.Min(left, within);
            value = (value << taken) | ((uint)bytes[position >> 3] >> (within - taken) & ((1u << taken) - 1));
            position += taken;
            left -= taken;
        }

        return (int)value;
    }
}
