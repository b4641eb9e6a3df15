// Ogg Vorbis by NVorbis: the pages, the checks before the headers are believed, and where the sound begins and ends
// are ours.

using System.Buffers;
using NVorbis;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes Ogg Vorbis of one or two channels at any rate, chained files of one form included. The clip is what the
/// granule positions say: samples before position 0 and after the last page's position are dropped ("Vorbis I
/// specification", A.2). A page that is damaged is an error; of a file that is cut short the whole pages are
/// decoded, with a remark. Of more channels NVorbis 0.10.5 makes noise:
/// those are ffmpeg's.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class VorbisDecoder : IAudioDecoder
{
    // Frames asked for at a time; between them it may be stopped.
    private const int BlockFrames = 4096;
    private const int Headers = 3;
    private const int MostChannels = 2;
    private const int ChannelsAt = 11;
    private const string ExportAgain = "export it again";

    private static readonly CodecLibrary Library = CodecLibrary.Of(typeof(StreamDecoder));

    /// <inheritdoc/>
    public string Version => Library.ToString();

    private static ReadOnlySpan<byte> Signature => "\u0001vorbis"u8;

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) =>
        OggPackets.Begin(header, Signature)
        && header[(27 + header[26])..] is { Length: > ChannelsAt } first && first[ChannelsAt] <= MostChannels;

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name) => Decode(file, name, CancellationToken.None);

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        using OggPackets ogg = OggPackets.Read(file, Signature, name);
        (int Channels, int SampleRate) form = default;
        float[] samples = [];
        foreach (IReadOnlyList<OggPacket> packets in ogg.Links)
        {
            bool[] isLong = CheckHeaders(ogg.Bytes, packets, ogg.Remark, name, out var found, out var blocks);
            if (form != default && form != found)
            {
                throw AudioFormatException.Of(
                    name,
                    $"it changes from {form.Channels} channels at {form.SampleRate} Hz to {found.Channels} at "
                    + $"{found.SampleRate} at byte {packets[0].Page}",
                    "cut it there");
            }

            form = found;
            (int silence, long first, long length) = ExtentOf(ogg.Bytes, packets, isLong, blocks);
            using var buffer = new SampleBuffer(name);
            buffer.AddSilence(silence);
            Decode(ogg.Bytes, packets, form.Channels, name, buffer, cancellation);
            float[] link = buffer.Take(first, length);
            samples = samples.Length == 0 ? link : [.. samples, .. link];
        }

        return new AudioClip(samples, form.SampleRate, form.Channels, 32, AudioEncoding.Compressed)
        {
            Remark = ogg.Remark,
        };
    }

    private static bool[] CheckHeaders(
        byte[] bytes, IReadOnlyList<OggPacket> packets, AudioRemark? remark, string name,
        out (int Channels, int SampleRate) form, out (int Short, int Long) blocks)
    {
        var packet = new VorbisPacket();
        string? fault = VorbisHeaders.FaultOfIdentification(
            packet.Open(bytes, packets[0].Offset, packets[0].Length), out form.Channels, out form.SampleRate,
            out blocks);
        if (form.Channels > MostChannels)
        {
            fault ??= $"it has {form.Channels} channels, at most {MostChannels} are decoded";
        }

        OggPacket at = packets[0];
        for (int i = 1; i < Headers && fault is null; i++)
        {
            at = packets[Math.Min(i, packets.Count - 1)];
            ReadOnlySpan<byte> header = bytes.AsSpan(at.Offset, at.Length);
            fault = i < packets.Count && header.Length >= 7 && header[0] == (2 * i) + 1
                && header[1..].StartsWith("vorbis"u8)
                ? null
                : $"it has no Vorbis header {i + 1} of {Headers}";
        }

        fault ??= VorbisHeaders.FaultOfCodebooks(packet.Open(bytes, at.Offset, at.Length));
        bool[]? isLong = fault is null ? VorbisHeaders.LongModes(bytes.AsSpan(at.Offset, at.Length)) : null;
        return isLong ?? throw AudioFormatException.Of(
            name,
            $"{fault ?? "its third header has no modes"}, in the Ogg page at byte {at.Page}"
            + (remark is null ? "" : $" ({remark.Text})"),
            ExportAgain);
    }

    // Two blocks give the samples from the middle of the first to the middle of the second, a quarter of both.
    private static (int Silence, long First, long Length) ExtentOf(
        byte[] bytes, IReadOnlyList<OggPacket> packets, bool[] isLong, (int Short, int Long) blocks)
    {
        int modeMask = (1 << (32 - System.Numerics.BitOperations.LeadingZeroCount((uint)isLong.Length - 1))) - 1;
        long decoded = 0;
        int before = 0;
        int silence = 0;
        var extent = new OggExtent();
        for (int i = Headers; i < packets.Count; i++)
        {
            int mode = bytes[packets[i].Offset] >> 1 & modeMask;
            if ((bytes[packets[i].Offset] & 1) == 0 && mode < isLong.Length)
            {
                int block = isLong[mode] ? blocks.Long : blocks.Short;

                // NVorbis drops all of the first block that nothing overlaps, where it is longer than the second.
                silence = before > block && decoded == 0 ? (before - block) / 4 : silence;
                decoded += before == 0 ? 0 : (before + block) / 4;
                before = block;
            }

            extent.Add(packets[i].Granule, decoded);
        }

        long first = Math.Max(-extent.Start, 0);
        long end = extent.End - extent.Start > first ? Math.Min(extent.End - extent.Start, decoded) : decoded;
        return (silence, first, end - first);
    }

    private static void Decode(
        byte[] bytes, IReadOnlyList<OggPacket> packets, int channels, string name, SampleBuffer samples,
        CancellationToken cancellation)
    {
        var provider = new VorbisPackets(bytes, packets);
        float[] interleaved = ArrayPool<float>.Shared.Rent(BlockFrames * channels);
        try
        {
            using var decoder = new StreamDecoder(provider) { ClipSamples = false };
            int read;
            while ((read = decoder.Read(interleaved, 0, BlockFrames * channels)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                samples.Add(interleaved.AsSpan(0, read), channels);
            }
        }
        catch (Exception error) when (CodecLibrary.Fails(error))
        {
            throw Library.Failure(name, provider.Position, error);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(interleaved);
        }
    }
}
