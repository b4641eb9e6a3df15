// WAV in all its forms, decoded by hand: RIFF, RIFX (big-endian), RF64 and BW64; PCM of 1 to 32 bits, float of 32 and
// 64, A-law and mu-law, plain or WAVE_FORMAT_EXTENSIBLE; any number of channels; ADPCM, MP3 by MpegAudioDecoder,
// G.722 by NAudio, and other codecs by ffmpeg. NAudio's own reader was measured: it takes three times as long for a
// second of sound, and a wrong block align for the truth.
// `WavHeader` finds the samples, `WavSamples` turns them into floats; here they meet, a block at a time, and the
// channels become one.

using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes WAV. Allocates the samples it returns, 4 bytes a frame that is really there, and borrows blocks of at most
/// 32 KiB; no length in a header makes it allocate more. Source of the layout: Microsoft/IBM "Multimedia Programming
/// Interface and Data Specifications 1.0" (RIFF), Microsoft's WAVEFORMATEXTENSIBLE, EBU Tech 3306 (RF64).
/// </summary>
/// <remarks>
/// Thread-safe: it holds no state.
/// <list type="bullet">
/// <item>An integer of n bits is divided by 2^(n-1), so that the lowest becomes -1; n is its container's width.</item>
/// <item>Channels are mixed to their mean.</item>
/// <item>A sample that is not finite (NaN, infinity, or a double beyond float's range) is an error.</item>
/// <item>A `data` chunk that promises more bytes than the file holds gives what is there, with a remark; without one
/// for the lengths that programmes write to a pipe (0, 0xFFFFFFFF, sox' 0x7FFFF000, arecord's 0x80000000).</item>
/// <item>Frames of a size that does not fit the samples' width and the channels are read by those, with a remark.</item>
/// <item>A last frame that is not whole is dropped.</item>
/// </list>
/// </remarks>
public sealed class WavDecoder : IAudioDecoder
{
    // Small enough for the first-level cache, large enough that a call a block costs nothing.
    private const int BlockSamples = 2048;

    private readonly IAudioDecoder others;

    /// <summary>A decoder.</summary>
    /// <param name="others">What decodes WAV of other codecs; the ffmpeg on the PATH.</param>
    public WavDecoder(IAudioDecoder? others = null) => this.others = others ?? new FfmpegDecoder();

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) => WavHeader.IsWav(header);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name) => Decode(file, name, CancellationToken.None);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        WavHeader header = WavHeader.Parse(file, name);
        ReadOnlySpan<byte> data = file.Slice(header.DataOffset, header.DataLength);
        AudioClip clip = header.Encoding != AudioEncoding.Compressed ? DecodeSamples(data, header, name)
            : header.FormatTag is WavHeader.TagMp3 or WavHeader.TagMpeg
                ? MpegAudioDecoder.DecodeFrames(
                    file, header.DataOffset, data.Length, name, hasEdges: false, cancellation)
            : WavAdpcm.Fits(header) ? WavAdpcm.Decode(data, header, name)
            : WavG722.Fits(header) ? WavG722.Decode(data, header, name)
            : others is not FfmpegDecoder { IsInstalled: false } ? others.Decode(file, name, cancellation)
            : throw FfmpegDecoder.Missing(name, $"it holds {WavHeader.NameOf(header.FormatTag)}");
        return header.Remark is null ? clip : clip with { Remark = header.Remark };
    }

    /// <summary>The same of containers whose samples of one byte have a sign, as WAV's have not.</summary>
    internal static AudioClip DecodeSigned(ReadOnlySpan<byte> data, in WavHeader header, string name)
    {
        if (header is not { Encoding: AudioEncoding.Pcm, SampleBytes: 1 })
        {
            return DecodeSamples(data, header, name);
        }

        byte[] turned = ArrayPool<byte>.Shared.Rent(data.Length);
        try
        {
            TensorPrimitives.Xor(data, (byte)0x80, turned);
            return DecodeSamples(turned.AsSpan(0, data.Length), header, name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(turned);
        }
    }

    /// <summary>
    /// Decodes the beginning of a clip straight into a row, and silence behind its end: no samples are allocated.
    /// </summary>
    /// <param name="file">Every byte of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="sampleRate">The rate of the row, in hertz.</param>
    /// <param name="row">[samples]; assigned unless this returns 0.</param>
    /// <returns>
    /// Samples of the whole clip; 0 where it takes <see cref="Decode(ReadOnlySpan{byte}, string)"/>: for another rate, for samples that must
    /// be unpacked or looked at, and for what has something to be said of it.
    /// </returns>
    /// <exception cref="AudioFormatException">The bytes are no WAV file; the message says why.</exception>
    internal static int TryDecodeInto(ReadOnlySpan<byte> file, string name, int sampleRate, Span<float> row)
    {
        WavHeader header = WavHeader.Parse(file, name);
        int all = header.Encoding == AudioEncoding.Compressed ? 0 : header.DataLength / header.FrameBytes;
        int frames = Math.Min(all, row.Length);
        bool isPlain = header.Encoding is AudioEncoding.Pcm or AudioEncoding.ALaw or AudioEncoding.MuLaw;
        if (!isPlain || header.SampleRate != sampleRate || frames == 0 || header.Remark is not null)
        {
            return 0;
        }

        Convert(file.Slice(header.DataOffset, frames * header.FrameBytes), row[..frames], header);
        row[frames..].Clear();
        return all;
    }

    /// <summary>Samples that no codec has packed, as a clip.</summary>
    /// <param name="data">Their bytes.</param>
    /// <param name="header">What they are.</param>
    /// <param name="name">What to call the file in messages.</param>
    internal static AudioClip DecodeSamples(ReadOnlySpan<byte> data, in WavHeader header, string name)
    {
        float[] samples = GC.AllocateUninitializedArray<float>(data.Length / header.FrameBytes);
        Convert(data[..(samples.Length * header.FrameBytes)], samples, header);

        bool mayOverflow = header.Encoding == AudioEncoding.IeeeFloat && samples.Length > 0;
        if (mayOverflow && !TensorPrimitives.IsFiniteAll<float>(samples))
        {
            int at = Array.FindIndex(samples, sample => !float.IsFinite(sample));
            long position = header.DataOffset + ((long)at * header.FrameBytes);
            throw AudioFormatException.Of(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"sample {at} (byte {position}) is {samples[at]}, not a finite number"),
                "export the sound again");
        }

        return new AudioClip(samples, header.SampleRate, header.Channels, header.BitsPerSample, header.Encoding);
    }

    private static void Convert(ReadOnlySpan<byte> data, Span<float> mono, in WavHeader header)
    {
        int channels = header.Channels;
        if (channels == 1 && !header.BigEndian)
        {
            WavSamples.ToFloat(data, mono, header.Encoding, header.SampleBytes);
            return;
        }

        if (mono.IsEmpty)
        {
            return;
        }

        if (channels > BlockSamples)
        {
            MixWideFrames(data, mono, header);
            return;
        }

        int blockFrames = Math.Min(BlockSamples / channels, mono.Length);
        float[] floats = ArrayPool<float>.Shared.Rent(blockFrames * channels);
        byte[] swapped = ArrayPool<byte>.Shared.Rent(header.BigEndian ? blockFrames * header.FrameBytes : 1);
        try
        {
            for (int first = 0; first < mono.Length; first += blockFrames)
            {
                int frames = Math.Min(blockFrames, mono.Length - first);
                ReadOnlySpan<byte> bytes = data.Slice(first * header.FrameBytes, frames * header.FrameBytes);
                if (header.BigEndian)
                {
                    WavSamples.Reverse(bytes, swapped, header.SampleBytes);
                    bytes = swapped.AsSpan(0, bytes.Length);
                }

                Span<float> interleaved = floats.AsSpan(0, frames * channels);
                WavSamples.ToFloat(bytes, interleaved, header.Encoding, header.SampleBytes);
                WavSamples.MixToMono(interleaved, mono.Slice(first, frames), channels);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(floats);
            ArrayPool<byte>.Shared.Return(swapped);
        }
    }

    // Frames of so many channels that even one is taken in pieces.
    private static void MixWideFrames(ReadOnlySpan<byte> data, Span<float> mono, in WavHeader header)
    {
        float[] floats = ArrayPool<float>.Shared.Rent(BlockSamples);
        byte[] swapped = ArrayPool<byte>.Shared.Rent(BlockSamples * header.SampleBytes);
        try
        {
            for (int frame = 0; frame < mono.Length; frame++)
            {
                double sum = 0;
                for (int first = 0; first < header.Channels; first += BlockSamples)
                {
                    Span<float> piece = floats.AsSpan(0, Math.Min(BlockSamples, header.Channels - first));
                    ReadOnlySpan<byte> bytes = data.Slice(
                        (frame * header.FrameBytes) + (first * header.SampleBytes), piece.Length * header.SampleBytes);
                    if (header.BigEndian)
                    {
                        WavSamples.Reverse(bytes, swapped, header.SampleBytes);
                        bytes = swapped.AsSpan(0, bytes.Length);
                    }

                    WavSamples.ToFloat(bytes, piece, header.Encoding, header.SampleBytes);
                    foreach (float sample in piece)
                    {
                        sum += sample;
                    }
                }

                mono[frame] = (float)(sum / header.Channels);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(floats);
            ArrayPool<byte>.Shared.Return(swapped);
        }
    }
}
