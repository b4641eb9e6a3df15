// MP3, and MP1 and MP2, by NLayer: it decodes a frame; to find frames between tags, and where the sound begins and
// ends, is ours.

using NLayer;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes MPEG audio of layers I to III, behind ID3v2 tags or not. What is no frame is passed over, so that tags may
/// stand anywhere; a last frame that is not whole is dropped, with a remark. Frames that need data from before a cut
/// are silent. MP3 of 8 kHz is ffmpeg's: NLayer 3.0.1 takes its short windows for those of other rates.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class MpegAudioDecoder : IAudioDecoder
{
    private static readonly FfmpegDecoder Others = new();
    private static readonly CodecLibrary Library = CodecLibrary.Of(typeof(MpegFrameDecoder));

    /// <inheritdoc/>
    public string Version => Library.ToString();

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) =>
        header.StartsWith("ID3"u8)
        || (MpegHeader.At(header) is { } first && !IsOthers(first));

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name) => Decode(file, name, CancellationToken.None);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        int start = EndOfTags(file);
        ReadOnlySpan<byte> sound = file[start..];
        if (start > 0 && MpegHeader.At(sound) is null)
        {
            // AAC and FLAC have such tags too.
            ReadOnlySpan<byte> header = sound[..Math.Min(sound.Length, AudioFile.HeaderBytes)];
            if (AudioFile.DecoderOf(header, "") is { } other and not MpegAudioDecoder)
            {
                return other.Decode(sound, name, cancellation);
            }
        }

        return DecodeFrames(file, start, sound.Length, name, hasEdges: true, cancellation);
    }

    /// <summary>Whether a file's name says MP3: such a file may begin with zeros or tags of any kind.</summary>
    internal static bool ClaimsName(string name) =>
        Path.GetExtension(name).Equals(".mp3", StringComparison.OrdinalIgnoreCase);

    /// <summary>Decodes frames that stand in some file.</summary>
    /// <param name="file">Every byte of the file.</param>
    /// <param name="offset">Where the frames begin in it.</param>
    /// <param name="length">The bytes of the frames, and of what may stand between them.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="hasEdges">Whether the first frame may hold a tag that says where the sound begins and ends.</param>
    /// <param name="cancellation">Stops it between frames.</param>
    internal static AudioClip DecodeFrames(
        ReadOnlySpan<byte> file, int offset, int length, string name, bool hasEdges, CancellationToken cancellation)
    {
        ReadOnlySpan<byte> bytes = file.Slice(offset, length);
        int position = NextFrame(bytes, 0, null);
        if (MpegHeader.At(bytes[position..]) is not { } first)
        {
            throw AudioFormatException.Of(
                name,
                $"it has no whole frame of MPEG audio in the {bytes.Length} bytes from byte {offset} on",
                "copy the whole file again, or export it again");
        }

        if (IsOthers(first))
        {
            return Others.IsInstalled
                ? Others.Decode(file, name)
                : throw FfmpegDecoder.Missing(name, $"it holds MP3 of {first.SampleRate} Hz");
        }

        MpegEdges edges = hasEdges
            ? MpegEdges.Of(first, bytes.Slice(position, first.FrameBytes))
            : MpegEdges.None;
        position += edges.HasTag ? first.FrameBytes : 0;

        using var samples = new SampleBuffer(name);
        var decoder = new MpegFrameDecoder();
        var frame = new MpegFrame();
        float[] decoded = new float[2 * 1152];
        if (first.Layer == 3)
        {
            MpegRepair.Apply(decoder, frame, first);
        }

        long frames = 0;
        int end = position;
        while ((position = NextFrame(bytes, position, first)) < bytes.Length)
        {
            frames++;
            cancellation.ThrowIfCancellationRequested();
            MpegHeader header = MpegHeader.At(bytes[position..])!.Value;
            frame.Open(header, bytes.Slice(position, header.FrameBytes));
            int count;
            try
            {
                count = decoder.DecodeFrame(frame, decoded.AsSpan());
            }
            catch (Exception error) when (CodecLibrary.Fails(error))
            {
                throw Library.Failure(name, offset + position, error);
            }

            if (count > 0)
            {
                samples.Add(decoded.AsSpan(0, count), header.Channels);
            }
            else
            {
                samples.AddSilence(header.Samples);
            }

            position += header.FrameBytes;
            end = position;
        }

        return new AudioClip(
            samples.Take(edges.Skip, edges.End - edges.Skip), first.SampleRate, first.Channels, 32,
            AudioEncoding.Compressed)
        {
            Remark = RemarkOf(bytes, end, first, offset, frames, edges.Frames),
        };
    }

    // A file that ends within a frame, or where its first frame's tag promises more. Writers disagree whether that
    // frame counts itself.
    private static AudioRemark? RemarkOf(
        ReadOnlySpan<byte> bytes, int end, MpegHeader first, int offset, long frames, long promised) =>
        frames + 1 < promised
            ? AudioRemark.CutShort($"its first frame promises {promised} frames, {frames} are there")
        : MpegHeader.At(bytes[end..]) is { } last && first.Fits(last) && end + last.FrameBytes > bytes.Length
            ? AudioRemark.CutShort($"it ends within the frame at byte {offset + end}")
        : null;

    private static bool IsOthers(MpegHeader header) => header is { Layer: 3, SampleRate: 8000 };

    // The next whole frame at a position or behind it, or the end. One out of step is a frame only where another
    // follows it, or nothing does.
    private static int NextFrame(ReadOnlySpan<byte> bytes, int position, MpegHeader? first)
    {
        bool inStep = first is not null;
        for (; position <= bytes.Length - MpegHeader.Bytes; position++, inStep = false)
        {
            if (bytes[position] != 0xFF)
            {
                int step = bytes[position..].IndexOf((byte)0xFF);
                if (step < 0)
                {
                    break;
                }

                position += step;
                inStep = false;
            }

            if (MpegHeader.At(bytes[position..]) is not { } header || (first is { } known && !known.Fits(header)))
            {
                continue;
            }

            int end = position + header.FrameBytes;
            if (end > bytes.Length)
            {
                continue;
            }

            if (inStep || end > bytes.Length - MpegHeader.Bytes
                || (MpegHeader.At(bytes[end..]) is { } next && header.Fits(next)))
            {
                return position;
            }
        }

        return bytes.Length;
    }

    // Several tags may stand one behind the other.
    private static int EndOfTags(ReadOnlySpan<byte> file)
    {
        int position = 0;
        while (position < file.Length && Id3Tag.LengthOf(file[position..]) is > 0 and var length)
        {
            position = Math.Min(position + length, file.Length);
        }

        return position;
    }
}
