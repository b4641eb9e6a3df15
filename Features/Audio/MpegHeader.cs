// The four bytes that begin a frame of MPEG audio.

using System.Buffers.Binary;

namespace NativeCnn.Features.Audio;

/// <summary>
/// What a frame's header says; MPEG 1, 2 and 2.5, layers I to III, any bit rate but a free one. Source: ISO/IEC
/// 11172-3, 2.4.1.3, and 13818-3.
/// </summary>
internal readonly record struct MpegHeader
{
    /// <summary>Bytes of it.</summary>
    internal const int Bytes = 4;

    // kbit/s by index 1 to 14: layers I, II and III of MPEG 1, layer I and layers II and III of MPEG 2.
    private static readonly int[][] Rates =
    [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    private static readonly int[] SampleRates = [44100, 48000, 32000];

    private readonly uint bits;

    private MpegHeader(uint bits) => this.bits = bits;

    /// <summary>1 for MPEG 1, 2 for MPEG 2, 4 for MPEG 2.5: what the sample rates are divided by.</summary>
    internal int Divisor => (bits >> 19 & 3) switch { 3 => 1, 2 => 2, _ => 4 };

    /// <summary>1 to 3.</summary>
    internal int Layer => 4 - (int)(bits >> 17 & 3);

    /// <summary>Whether two bytes of CRC follow.</summary>
    internal bool HasCrc => (bits & 0x10000) == 0;

    /// <summary>1 to 14.</summary>
    internal int BitRateIndex => (int)(bits >> 12 & 15);

    /// <summary>Bits a second.</summary>
    internal int BitRate => 1000 * Rates[Divisor == 1 ? Layer - 1 : Layer == 1 ? 3 : 4][BitRateIndex - 1];

    /// <summary>0 to 2.</summary>
    internal int SampleRateIndex => (int)(bits >> 10 & 3);

    /// <summary>Samples a second.</summary>
    internal int SampleRate => SampleRates[SampleRateIndex] / Divisor;

    /// <summary>0 for stereo, 1 for joint stereo, 2 for two channels, 3 for one.</summary>
    internal int Mode => (int)(bits >> 6 & 3);

    /// <summary>How joint stereo is joined.</summary>
    internal int ModeExtension => (int)(bits >> 4 & 3);

    /// <summary>1 or 2.</summary>
    internal int Channels => Mode == 3 ? 1 : 2;

    /// <summary>Whether the copyright bit is set.</summary>
    internal bool IsCopyrighted => (bits & 8) != 0;

    /// <summary>Samples of a channel.</summary>
    internal int Samples => Layer == 1 ? 384 : Layer == 3 && Divisor > 1 ? 576 : 1152;

    /// <summary>Bytes of the frame, the header included.</summary>
    internal int FrameBytes
    {
        get
        {
            int padding = (int)(bits >> 9 & 1);
            return Layer == 1
                ? ((12 * BitRate / SampleRate) + padding) * 4
                : (Samples / 8 * BitRate / SampleRate) + padding;
        }
    }

    /// <summary>Bytes of layer III's side information.</summary>
    internal int SideBytes => Divisor == 1 ? (Channels == 1 ? 17 : 32) : Channels == 1 ? 9 : 17;

    /// <summary>The header that bytes begin with, or null.</summary>
    internal static MpegHeader? At(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes)
        {
            return null;
        }

        uint bits = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        bool isHeader = bits >> 21 == 0x7FF
            && (bits >> 19 & 3) != 1
            && (bits >> 17 & 3) != 0
            && (bits >> 12 & 15) is not (0 or 15)
            && (bits >> 10 & 3) != 3;
        return isHeader ? new MpegHeader(bits) : null;
    }

    /// <summary>Whether both may stand in one stream: version, layer and sample rate are the same.</summary>
    internal bool Fits(MpegHeader other) => ((bits ^ other.bits) & 0xFFFE0C00) == 0;
}
