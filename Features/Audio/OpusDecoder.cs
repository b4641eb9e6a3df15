// Opus in Ogg by Concentus: the pages, the header and where the sound begins and ends are ours.

using System.Buffers.Binary;
using System.Numerics.Tensors;
using Concentus;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes Opus in Ogg, of one or two channels (mapping 0), or more (mappings 1 and 255), at 48 kHz. The clip begins
/// after the samples that the header says to skip and ends at the last page's position. Source: RFC 7845, "Ogg
/// Encapsulation for the Opus Audio Codec".
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class OpusDecoder : IAudioDecoder
{
    private const int SampleRate = 48000;
    private const int LongestPacket = SampleRate * 120 / 1000;
    private const int Headers = 2;
    private const int MappingAt = 18;

    private static readonly CodecLibrary Library = CodecLibrary.Of(typeof(OpusCodecFactory));

    // Concentus would look for a native libopus: the same file must give the same samples everywhere.
    static OpusDecoder() => OpusCodecFactory.AttemptToUseNativeLibrary = false;

    /// <inheritdoc/>
    public string Version => Library.ToString();

    private static ReadOnlySpan<byte> Signature => "OpusHead"u8;

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header)
    {
        int mapping = header.Length > 27 ? 28 + header[26] - 1 + MappingAt : 0;
        return OggPackets.Begin(header, Signature) && header.Length > mapping && header[mapping] is 0 or 1 or 255;
    }

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name) => Decode(file, name, CancellationToken.None);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        using OggPackets ogg = OggPackets.Read(file, Signature, name);
        float[] samples = [];
        int channels = 0;
        foreach (IReadOnlyList<OggPacket> packets in ogg.Links)
        {
            float[] link = DecodeLink(ogg.Bytes, packets, name, out int found, cancellation);
            if (channels != 0 && channels != found)
            {
                throw AudioFormatException.Of(
                    name,
                    $"it changes from {channels} channels to {found} at byte {packets[0].Page}",
                    "cut it there");
            }

            channels = found;
            samples = samples.Length == 0 ? link : [.. samples, .. link];
        }

        return new AudioClip(samples, SampleRate, channels, 32, AudioEncoding.Compressed)
        {
            Remark = ogg.Remark,
        };
    }

    private static float[] DecodeLink(
        byte[] bytes, IReadOnlyList<OggPacket> packets, string name, out int channels, CancellationToken cancellation)
    {
        // Version (1), channels (1), samples to skip (2), the rate once had (4), gain in dB / 256 (2), mapping (1);
        // but for mapping 0 streams (1), those of two channels (1), and where each channel comes from.
        ReadOnlySpan<byte> head = bytes.AsSpan(packets[0].Offset, packets[0].Length);
        channels = head.Length > MappingAt ? head[9] : 0;
        int mapping = channels > 0 ? head[MappingAt] : 0;
        bool isWhole = mapping == 0
            ? channels is 1 or 2
            : channels > 0 && mapping is 1 or 255 && head.Length >= MappingAt + 3 + channels;
        bool hasTags = packets.Count > 1
            && bytes.AsSpan(packets[1].Offset, packets[1].Length).StartsWith("OpusTags"u8);
        if (!isWhole || head[8] >= 16 || !hasTags)
        {
            throw AudioFormatException.Of(
                name,
                isWhole && head[8] < 16
                    ? $"it has no `OpusTags` behind its header in the Ogg page at byte {packets[0].Page}"
                    : $"its header in the Ogg page at byte {packets[0].Page} is of {channels} channels, mapping "
                        + $"{mapping}, which is not decoded",
                "export it again");
        }

        int skip = BinaryPrimitives.ReadUInt16LittleEndian(head[10..]);
        float gain = MathF.Pow(10, BinaryPrimitives.ReadInt16LittleEndian(head[16..]) / (20f * 256));
        using var samples = new SampleBuffer(name);
        float[] decoded = new float[LongestPacket * channels];
        var extent = new OggExtent();
        int at = 0;
        try
        {
            using IOpusDecoder? one = mapping == 0 ? OpusCodecFactory.CreateDecoder(SampleRate, channels) : null;
            using IOpusMultiStreamDecoder? many = mapping == 0
                ? null
                : OpusCodecFactory.CreateMultiStreamDecoder(
                    SampleRate, channels, head[19], head[20], head.Slice(21, channels).ToArray());
            for (at = Headers; at < packets.Count; at++)
            {
                cancellation.ThrowIfCancellationRequested();
                ReadOnlySpan<byte> packet = bytes.AsSpan(packets[at].Offset, packets[at].Length);
                int frames = one?.Decode(packet, decoded, LongestPacket, false)
                    ?? many!.DecodeMultistream(packet, decoded, LongestPacket, false);
                Span<float> interleaved = decoded.AsSpan(0, frames * channels);
                if (gain != 1)
                {
                    TensorPrimitives.Multiply(interleaved, gain, interleaved);
                }

                samples.Add(interleaved, channels);
                extent.Add(packets[at].Granule, samples.Count);
            }
        }
        catch (Exception error) when (CodecLibrary.Fails(error))
        {
            throw Library.Failure(name, packets[Math.Min(at, packets.Count - 1)].Page, error);
        }

        long end = extent.End - Math.Max(extent.Start, 0);
        return samples.Take(skip, end > skip ? end - skip : samples.Count);
    }
}
