// ADPCM in WAV: blocks that each begin with a sample as it is, and go on in differences of four bits. Two kinds, IMA's
// and Microsoft's; both give 16-bit samples, the same as ffmpeg's, bit for bit.

using System.Buffers;
using System.Buffers.Binary;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes blocks of ADPCM. A last block that is cut short gives the samples that it holds. Source: IMA, "Recommended
/// Practices for Enhancing Digital Audio Compatibility in Multimedia Systems" (1992); Microsoft, "Multimedia Data
/// Standards Update" (1994).
/// </summary>
internal static class WavAdpcm
{
    // Microsoft's blocks of more channels are laid out in ways that writers disagree on.
    private const int MostMicrosoftChannels = 2;

    private static readonly short[] Steps =
    [
        7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
        107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796,
        876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871,
        5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623,
        27086, 29794, 32767,
    ];

    private static readonly sbyte[] StepChanges = [-1, -1, -1, -1, 2, 4, 6, 8];

    // Of the two samples before, in parts of 256; the seven pairs that every file has.
    private static readonly (short Last, short BeforeLast)[] Coefficients =
        [(256, 0), (512, -256), (0, 0), (192, 64), (240, 0), (460, -208), (392, -232)];

    private static readonly short[] ScaleChanges =
        [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];

    /// <summary>Whether blocks may be of this form.</summary>
    internal static bool Fits(in WavHeader header) =>
        header.FormatTag is WavHeader.TagImaAdpcm or WavHeader.TagMicrosoftAdpcm && !header.BigEndian
        && header.BitsPerSample == 4 && header.BlockBytes >= HeaderBytes(header.FormatTag) * header.Channels
        && (header.FormatTag != WavHeader.TagMicrosoftAdpcm || header.Channels <= MostMicrosoftChannels);

    /// <summary>Decodes all blocks.</summary>
    /// <exception cref="AudioFormatException">A block begins with what no encoder writes.</exception>
    internal static AudioClip Decode(ReadOnlySpan<byte> data, in WavHeader header, string name)
    {
        bool isIma = header.FormatTag == WavHeader.TagImaAdpcm;
        int channels = header.Channels;
        int blockFrames = Frames(header.BlockBytes, header);
        long frames = (data.Length / header.BlockBytes * (long)blockFrames)
            + Frames(data.Length % header.BlockBytes, header);
        if (frames > Array.MaxLength / sizeof(float))
        {
            throw AudioFormatException.Of(name, "it holds more than 2 GiB of sound", "cut it into clips");
        }

        float[] samples = GC.AllocateUninitializedArray<float>((int)frames);
        int longest = (int)Math.Min(frames, blockFrames);
        float[] interleaved = ArrayPool<float>.Shared.Rent(Math.Max(longest * channels, 1));
        try
        {
            int done = 0;
            for (int at = 0; done < samples.Length; at += header.BlockBytes)
            {
                ReadOnlySpan<byte> block = data[at..Math.Min(at + header.BlockBytes, data.Length)];
                int count = Frames(block.Length, header);
                Span<float> decoded = interleaved.AsSpan(0, count * channels);
                if (!(isIma ? DecodeIma(block, decoded, channels) : DecodeMicrosoft(block, decoded, channels)))
                {
                    throw AudioFormatException.Of(
                        name,
                        $"its block of ADPCM at byte {header.DataOffset + at} begins with a step or predictor that "
                        + "there is none of",
                        "copy the whole file again, or export it again");
                }

                WavSamples.MixToMono(decoded, samples.AsSpan(done, count), channels);
                done += count;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(interleaved);
        }

        return new AudioClip(samples, header.SampleRate, channels, 16, AudioEncoding.Compressed);
    }

    private static int HeaderBytes(int tag) => tag == WavHeader.TagImaAdpcm ? 4 : 7;

    // IMA's differences come in groups of eight a channel.
    private static int Frames(int blockBytes, in WavHeader header)
    {
        int packed = blockBytes - (HeaderBytes(header.FormatTag) * header.Channels);
        return packed < 0 ? 0
            : header.FormatTag == WavHeader.TagImaAdpcm ? 1 + (packed / (4 * header.Channels) * 8)
            : 2 + (packed * 2 / header.Channels);
    }

    // For each channel sample (2), index of the step (2); then for each channel in turn four bytes, low half first.
    private static bool DecodeIma(ReadOnlySpan<byte> block, Span<float> interleaved, int channels)
    {
        int groups = interleaved.Length / channels / 8;
        for (int channel = 0; channel < channels; channel++)
        {
            int sample = BinaryPrimitives.ReadInt16LittleEndian(block[(4 * channel)..]);
            int index = BinaryPrimitives.ReadInt16LittleEndian(block[((4 * channel) + 2)..]);
            if (index < 0 || index >= Steps.Length)
            {
                return false;
            }

            int to = channel;
            interleaved[to] = sample * (1f / 32768);
            for (int group = 0; group < groups; group++)
            {
                foreach (byte pair in block.Slice(4 * (channels + (group * channels) + channel), 4))
                {
                    interleaved[to += channels] = Next(pair & 15) * (1f / 32768);
                    interleaved[to += channels] = Next(pair >> 4) * (1f / 32768);
                }
            }

            int Next(int code)
            {
                int change = ((2 * (code & 7)) + 1) * Steps[index] >> 3;
                index = Math.Clamp(index + StepChanges[code & 7], 0, Steps.Length - 1);
                change = (code & 8) != 0 ? -change : change;
                return sample = Math.Clamp(sample + change, short.MinValue, short.MaxValue);
            }
        }

        return true;
    }

    // Predictors (1 byte a channel), scales (2), last samples (2), those before (2); then a half byte a channel in
    // turn, high half first.
    private static bool DecodeMicrosoft(ReadOnlySpan<byte> block, Span<float> interleaved, int channels)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            if (block[channel] >= Coefficients.Length)
            {
                return false;
            }

            (int ofLast, int ofBefore) = Coefficients[block[channel]];
            int scale = Field(block, 0);
            int last = Field(block, 1);
            int before = Field(block, 2);
            interleaved[channel] = before * (1f / 32768);
            interleaved[channels + channel] = last * (1f / 32768);
            for (int to = (2 * channels) + channel; to < interleaved.Length; to += channels)
            {
                int half = to - (2 * channels);
                int pair = block[(7 * channels) + (half >> 1)];
                int code = (half & 1) == 0 ? pair >> 4 : pair & 15;
                int difference = (code & 8) != 0 ? code - 16 : code;
                int predicted = ((last * ofLast) + (before * ofBefore)) / 256;
                before = last;
                last = Math.Clamp(predicted + (difference * scale), short.MinValue, short.MaxValue);
                scale = Math.Clamp(ScaleChanges[code] * scale >> 8, 16, int.MaxValue / 768);
                interleaved[to] = last * (1f / 32768);
            }

            int Field(ReadOnlySpan<byte> bytes, int field) =>
                BinaryPrimitives.ReadInt16LittleEndian(bytes[(channels + (2 * ((field * channels) + channel)))..]);
        }

        return true;
    }
}
