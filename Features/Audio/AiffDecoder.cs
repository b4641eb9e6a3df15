// AIFF and AIFC: chunks with their high bytes first, around samples of the kinds that WAV has. NAudio's reader was
// looked at first: it reads neither floats nor little-endian samples (which macOS writes), and a cut file without a
// word.

using System.Buffers.Binary;
using System.Text;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes AIFF and AIFC with samples that no codec has packed: integers of 1 to 32 bits, float of 32 and 64, A-law
/// and mu-law, by the same rules as <see cref="WavDecoder"/>; other AIFC is ffmpeg's. Source: Apple, "Audio Interchange
/// File Format 1.3" and "AIFF-C draft 8/26/91".
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class AiffDecoder : IAudioDecoder
{
    private const int ChunkHeaderBytes = 8;

    // The chunks of the specification, and those that are often there.
    private static readonly string[] KnownChunks =
    [
        "COMM", "SSND", "FVER", "MARK", "INST", "COMT", "NAME", "AUTH", "(c) ", "ANNO", "APPL", "MIDI", "AESD", "SAXL",
        "ID3 ", "CHAN", "FLLR", "basc", "trns", "cate",
    ];

    private const int LargestSampleRate = 10_000_000;
    private const string Resave = "save it again as 16-bit PCM";
    private const string CopyAgain = "copy the whole file again";

    private readonly IAudioDecoder others;

    /// <summary>A decoder.</summary>
    /// <param name="others">What decodes AIFC of other codecs; the ffmpeg on the PATH.</param>
    public AiffDecoder(IAudioDecoder? others = null) => this.others = others ?? new FfmpegDecoder();

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) =>
        header.Length >= 12 && header.StartsWith("FORM"u8)
        && (header[8..12].SequenceEqual("AIFF"u8) || header[8..12].SequenceEqual("AIFC"u8));

    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<byte> common = default;
        (int Offset, int Length)? sound = null;
        AudioRemark? remark = null;
        int position = 12;
        while (position <= file.Length - ChunkHeaderBytes && (common.IsEmpty || sound is null))
        {
            ReadOnlySpan<byte> id = file.Slice(position, 4);
            uint size = BinaryPrimitives.ReadUInt32BigEndian(file[(position + 4)..]);
            int body = position + ChunkHeaderBytes;
            bool isSound = id.SequenceEqual("SSND"u8);
            if (size > file.Length - body && isSound && sound is null)
            {
                remark = AudioRemark.CutShort(
                    $"its `SSND` chunk promises {size} bytes, {file.Length - body} are there");
                size = (uint)(file.Length - body);
            }

            if (size > file.Length - body)
            {
                throw AudioFormatException.Of(
                    name,
                    $"it is truncated: the `{Shown(id)}` chunk at byte {position} promises {size} bytes, the file "
                    + $"holds {file.Length - body}",
                    CopyAgain);
            }

            if (isSound)
            {
                sound ??= SoundOf(file.Slice(body, (int)size), body, name);
            }
            else if (id.SequenceEqual("COMM"u8) && common.IsEmpty)
            {
                common = size >= 18
                    ? file.Slice(body, (int)size)
                    : throw AudioFormatException.Of(
                        name, $"its `COMM` chunk at byte {body} has {size} bytes, at least 18 were expected", Resave);
            }

            position = (int)Math.Min(body + (long)size, file.Length);
            bool isPadded = !IsChunk(file[position..])
                || (IsKnownChunk(file[Math.Min(position + 1, file.Length)..]) && !IsKnownChunk(file[position..]));
            position = Math.Min(position + (isPadded ? (int)(size & 1) : 0), file.Length);
        }

        if (common.IsEmpty || sound is not { } found)
        {
            string missing = common.IsEmpty ? "COMM" : "SSND";
            throw AudioFormatException.Of(
                name, $"it has no `{missing}` chunk: it ends at byte {file.Length} without one", CopyAgain);
        }

        bool isPacked = file[11] == (byte)'C';
        AudioClip clip = HeaderOf(common, isPacked, found, name) is { } header
            ? Decode(file.Slice(header.DataOffset, header.DataLength), header, name)
            : others.Decode(file, name);
        return remark is null ? clip : clip with { Remark = remark };
    }

    // Eight bits are signed here, but in AIFC's `raw `, and unsigned in WAV.
    private static AudioClip Decode(ReadOnlySpan<byte> data, in WavHeader header, string name) =>
        header.BigEndian
            ? WavDecoder.DecodeSigned(data, header, name)
            : WavDecoder.DecodeSamples(data, header, name);

    // Chunks of odd length are padded to even; where a writer forgot it, a name stands a byte earlier.
    private static bool IsChunk(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= ChunkHeaderBytes && !bytes[..4].ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    private static bool IsKnownChunk(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= ChunkHeaderBytes && KnownChunks.Contains(Encoding.ASCII.GetString(bytes[..4]));

    // SSND: bytes before the first sample (4), block size (4), samples.
    private static (int Offset, int Length) SoundOf(ReadOnlySpan<byte> chunk, int at, string name)
    {
        uint before = chunk.Length >= 8 ? BinaryPrimitives.ReadUInt32BigEndian(chunk) : uint.MaxValue;
        return before <= chunk.Length - 8
            ? (at + 8 + (int)before, chunk.Length - 8 - (int)before)
            : throw AudioFormatException.Of(
                name, $"its `SSND` chunk at byte {at} has {chunk.Length} bytes, fewer than it says", CopyAgain);
    }

    // COMM: channels (2), frames (4), bits (2), rate as a float of 80 bits (10); in AIFC the kind of samples (4), its
    // name. Null where the samples are of a kind that is ffmpeg's.
    private static WavHeader? HeaderOf(
        ReadOnlySpan<byte> common, bool isPacked, (int Offset, int Length) sound, string name)
    {
        int channels = BinaryPrimitives.ReadInt16BigEndian(common);
        int bits = BinaryPrimitives.ReadInt16BigEndian(common[6..]);
        double rate = Extended(common[8..18]);
        ReadOnlySpan<byte> kind = isPacked && common.Length >= 22 ? common.Slice(18, 4) : "NONE"u8;
        if (Kind(kind, bits) is not { } form)
        {
            return null;
        }

        bool fits = form.Encoding switch
        {
            AudioEncoding.Pcm => form.Bits is > 0 and <= 32,
            AudioEncoding.IeeeFloat => form.Bits is 32 or 64,
            _ => form.Bits == 8,
        };
        if (channels <= 0 || !fits || !(rate is >= 0.5 and <= LargestSampleRate))
        {
            throw AudioFormatException.Of(
                name,
                $"its `COMM` chunk claims {channels} channels of {form.Bits}-bit {form.Encoding} at {rate:0.#} Hz, "
                + "which is not decoded",
                Resave);
        }

        // COMM's count of frames is passed over, as ffmpeg does: NAudio's own writer counts some that are not there.
        return WavHeader.Of(
            form.Encoding, channels, (int)Math.Round(rate), form.Bits, form.BigEndian, sound.Offset, sound.Length);
    }

    private static (AudioEncoding Encoding, int Bits, bool BigEndian)? Kind(ReadOnlySpan<byte> kind, int bits) =>
        Encoding.ASCII.GetString(kind) switch
        {
            "NONE" or "twos" => (AudioEncoding.Pcm, bits, true),
            "sowt" => (AudioEncoding.Pcm, bits, bits <= 8),
            "raw " => (AudioEncoding.Pcm, bits, bits > 8),
            "in24" => (AudioEncoding.Pcm, 24, true),
            "in32" => (AudioEncoding.Pcm, 32, true),
            "fl32" or "FL32" => (AudioEncoding.IeeeFloat, 32, true),
            "fl64" or "FL64" => (AudioEncoding.IeeeFloat, 64, true),
            "alaw" or "ALAW" => (AudioEncoding.ALaw, 8, true),
            "ulaw" or "ULAW" => (AudioEncoding.MuLaw, 8, true),
            _ => null,
        };

    // A sign, 15 bits of exponent, 64 of mantissa with its leading one.
    private static double Extended(ReadOnlySpan<byte> bytes)
    {
        int exponent = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        double mantissa = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
        return (exponent & 0x8000) != 0 ? -1 : mantissa * Math.Pow(2, exponent - 16383 - 63);
    }

    private static string Shown(ReadOnlySpan<byte> id)
    {
        Span<char> shown = stackalloc char[4];
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = id[i] is >= 0x20 and <= 0x7E ? (char)id[i] : '?';
        }

        return new string(shown);
    }
}
