// G.722 in WAV by NAudio, whose decoder gives what ffmpeg's does, bit for bit.

using System.Buffers;
using NAudio.Codecs;

namespace NativeCnn.Features.Audio;

/// <summary>Decodes G.722 at 64 kbit/s, one channel: a byte is two samples of 16 bits. Source: ITU-T G.722.</summary>
internal static class WavG722
{
    private const int BitRate = 64_000;
    private const int BlockBytes = 4096;

    /// <summary>NAudio, with its version.</summary>
    internal static CodecLibrary Library { get; } = CodecLibrary.Of(typeof(G722Codec));

    /// <summary>Whether a file is of this form; others are ffmpeg's.</summary>
    internal static bool Fits(in WavHeader header) =>
        header is { FormatTag: WavHeader.TagG722 or WavHeader.TagG722Microsoft, Channels: 1, BigEndian: false };

    /// <summary>Decodes all samples.</summary>
    /// <exception cref="AudioFormatException">The clip is too long.</exception>
    internal static AudioClip Decode(ReadOnlySpan<byte> data, in WavHeader header, string name)
    {
        if (data.Length > Array.MaxLength / sizeof(float) / 2)
        {
            throw AudioFormatException.Of(name, "it holds more than 2 GiB of sound", "cut it into clips");
        }

        float[] samples = GC.AllocateUninitializedArray<float>(2 * data.Length);
        byte[] packed = ArrayPool<byte>.Shared.Rent(BlockBytes);
        short[] levels = ArrayPool<short>.Shared.Rent(2 * BlockBytes);
        try
        {
            var codec = new G722Codec();
            var state = new G722CodecState(BitRate, G722Flags.None);
            for (int done = 0; done < samples.Length;)
            {
                ReadOnlySpan<byte> block = data[(done / 2)..Math.Min((done / 2) + BlockBytes, data.Length)];
                block.CopyTo(packed);
                int count = codec.Decode(state, levels, packed, block.Length);
                for (int i = 0; i < count; i++)
                {
                    samples[done + i] = levels[i] * (1f / 32768);
                }

                done += 2 * block.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
            ArrayPool<short>.Shared.Return(levels);
        }

        return new AudioClip(samples, header.SampleRate, 1, 16, AudioEncoding.Compressed);
    }
}
