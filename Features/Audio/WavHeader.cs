// Walks the chunks of a WAV file and finds what its samples are and where they lie. Trusts no length: every slice is
// checked against the bytes at hand, every step goes forward by at least a chunk header, so any input ends.

using System.Buffers.Binary;

namespace NativeCnn.Features.Audio;

/// <summary>The format of a WAV file's samples and the bytes that hold them.</summary>
internal readonly record struct WavHeader
{
    private const int ChunkHeaderBytes = 8;
    private const int LargestSampleRate = 10_000_000;
    private const int MostChunksAhead = 16;
    private const string Resave = "save it again as 16-bit PCM";
    private const string CopyAgain = "copy the whole file again";

    /// <summary>Microsoft ADPCM.</summary>
    internal const int TagMicrosoftAdpcm = 2;

    /// <summary>IMA ADPCM.</summary>
    internal const int TagImaAdpcm = 0x11;

    /// <summary>MPEG audio of layers I and II.</summary>
    internal const int TagMpeg = 0x50;

    /// <summary>MP3.</summary>
    internal const int TagMp3 = 0x55;

    // The chunks that writers put into WAV files, for where a name decides.
    private static readonly HashSet<uint> KnownChunks = [.. new[]
    {
        "data", "fmt ", "fact", "LIST", "JUNK", "junk", "bext", "iXML", "cue ", "smpl", "inst", "PEAK", "ds64", "id3 ",
        "ID3 ", "PAD ", "FLLR", "Fake", "cart", "levl", "chna", "axml", "umid", "plst", "acid", "strc", "DISP", "afsp",
        "minf", "elm1", "regn", "_PMX", "aXML", "slnt", "wavl", "mext", "qlty", "link", "CDif", "SAUR", "muma",
    }.Select(id => BinaryPrimitives.ReadUInt32BigEndian(System.Text.Encoding.ASCII.GetBytes(id)))];

    /// <summary>G.722 as ffmpeg writes it.</summary>
    internal const int TagG722 = 0x028F;

    /// <summary>G.722 as Microsoft registered it.</summary>
    internal const int TagG722Microsoft = 0x0065;

    private const int TagPcm = 1;
    private const int TagFloat = 3;
    private const int TagALaw = 6;
    private const int TagMuLaw = 7;
    private const int TagExtensible = 0xFFFE;

    /// <summary>How samples are stored.</summary>
    internal AudioEncoding Encoding { get; private init; }

    /// <summary>Channels, at least 1.</summary>
    internal int Channels { get; private init; }

    /// <summary>Samples a second, at least 1.</summary>
    internal int SampleRate { get; private init; }

    /// <summary>Significant bits of a sample.</summary>
    internal int BitsPerSample { get; private init; }

    /// <summary>
    /// Where <see cref="Encoding"/> is <see cref="AudioEncoding.Compressed"/>: the format tag; another decoder's part.
    /// </summary>
    internal int FormatTag { get; private init; }

    /// <summary>What is odd about the header; null for nothing.</summary>
    internal AudioRemark? Remark { get; private init; }

    /// <summary>Bytes of a block of ADPCM.</summary>
    internal int BlockBytes { get; private init; }

    /// <summary>Bytes a sample takes in the file.</summary>
    internal int SampleBytes { get; private init; }

    /// <summary>Whether numbers are stored with the high byte first (RIFX).</summary>
    internal bool BigEndian { get; private init; }

    /// <summary>Where the samples begin.</summary>
    internal int DataOffset { get; private init; }

    /// <summary>How many bytes of samples there are.</summary>
    internal int DataLength { get; private init; }

    /// <summary>Bytes that one sample of every channel takes.</summary>
    internal int FrameBytes => SampleBytes * Channels;

    // The last 14 bytes of every registered sub-format: xxxx-0000-0010-8000-00AA00389B71.
    private static ReadOnlySpan<byte> SubFormatTail => [0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    /// <summary>Whether a file begins as WAV does.</summary>
    internal static bool IsWav(ReadOnlySpan<byte> file) =>
        file.Length >= 12
        && (file.StartsWith("RIFF"u8) || file.StartsWith("RIFX"u8)
            || file.StartsWith("RF64"u8) || file.StartsWith("BW64"u8))
        && file[8..12].SequenceEqual("WAVE"u8);

    /// <summary>What another container says of samples of the same kinds.</summary>
    internal static WavHeader Of(
        AudioEncoding encoding, int channels, int sampleRate, int bits, bool bigEndian, int offset, int length) =>
        new()
        {
            Encoding = encoding,
            Channels = channels,
            SampleRate = sampleRate,
            BitsPerSample = bits,
            SampleBytes = (bits + 7) / 8,
            BigEndian = bigEndian,
            DataOffset = offset,
            DataLength = length,
        };

    /// <summary>
    /// The format tag where the `fmt ` chunk comes first, also of the extensible form; 0 where it does not.
    /// </summary>
    /// <param name="header">The first bytes of a file.</param>
    internal static int TagOf(ReadOnlySpan<byte> header)
    {
        if (header.Length < 22 || !IsWav(header) || !header[12..16].SequenceEqual("fmt "u8))
        {
            return 0;
        }

        bool bigEndian = header.StartsWith("RIFX"u8);
        int tag = ReadUInt16(header[20..], bigEndian);
        return tag == TagExtensible && header.Length >= 60 ? SubFormat(header[20..60], bigEndian) ?? tag : tag;
    }

    /// <summary>
    /// Whether what a file of this tag decodes to depends on this programme alone: no library, no ffmpeg.
    /// </summary>
    internal static bool IsOurs(int tag) => tag is TagPcm or TagFloat or TagALaw or TagMuLaw or TagMicrosoftAdpcm
        or TagImaAdpcm;

    /// <summary>Whether bytes begin with the name of a chunk that WAV files are known to have.</summary>
    internal static bool IsKnownChunk(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= ChunkHeaderBytes && KnownChunks.Contains(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>Reads the header of a whole file.</summary>
    /// <exception cref="AudioFormatException">The file is not WAV, is damaged, or is of a kind not decoded.</exception>
    internal static WavHeader Parse(ReadOnlySpan<byte> file, string name)
    {
        if (!IsWav(file))
        {
            throw AudioFile.NotSound(file, name);
        }

        bool bigEndian = file.StartsWith("RIFX"u8);
        bool hasLongSizes = !file.StartsWith("RIF"u8);
        ulong? longDataSize = null;
        WavHeader? format = null;
        (int Offset, int Length)? data = null;
        AudioRemark? remark = null;

        int position = 12;
        while (position <= file.Length - ChunkHeaderBytes && (format is null || data is null))
        {
            ReadOnlySpan<byte> id = file.Slice(position, 4);
            uint size = ReadUInt32(file[(position + 4)..], bigEndian);
            int body = position + ChunkHeaderBytes;
            int held = file.Length - body;

            // Only the first one counts; to look through a second as closely would make long files take for ever.
            if (data is null && id.SequenceEqual("data"u8))
            {
                int length = DataExtent(file, body, size, longDataSize, bigEndian, out remark);
                data = (body, length);
                position = NextChunk(file, body, length, bigEndian);
                continue;
            }

            if (size > held)
            {
                throw Truncated(name, id, position, size, held);
            }

            ReadOnlySpan<byte> chunk = file.Slice(body, (int)size);
            if (id.SequenceEqual("fmt "u8))
            {
                format ??= ParseFormat(chunk, body, bigEndian, name);
            }
            else if (hasLongSizes && chunk.Length >= 16 && id.SequenceEqual("ds64"u8))
            {
                longDataSize = BinaryPrimitives.ReadUInt64LittleEndian(chunk[8..]);
            }

            position = NextChunk(file, body, chunk.Length, bigEndian);
        }

        if (format is null || data is null)
        {
            string missing = format is null ? "fmt " : "data";
            throw AudioFormatException.Of(
                name, $"it has no `{missing}` chunk: it ends at byte {file.Length} without one", CopyAgain);
        }

        return format.Value with
        {
            DataOffset = data.Value.Offset,
            DataLength = data.Value.Length,
            Remark = remark ?? format.Value.Remark,
        };
    }

    // How many bytes the data chunk at `body` really has; see WavDecoder's remarks for the lengths that pipes leave.
    private static int DataExtent(
        ReadOnlySpan<byte> file, int body, uint size, ulong? longSize, bool bigEndian, out AudioRemark? remark)
    {
        remark = null;
        int held = file.Length - body;
        ulong promised = size == uint.MaxValue && longSize is > 0 and < long.MaxValue ? longSize.Value : size;
        if (promised > (ulong)held)
        {
            remark = promised is uint.MaxValue or 0x7FFF_F000 or 0x8000_0000
                ? null
                : AudioRemark.CutShort($"its `data` chunk promises {promised} bytes, {held} are there");
            return held;
        }

        // A length of 0 is the truth when only chunks follow; otherwise nobody came back to write it.
        return promised == 0 && !IsChunksToTheEnd(file, body, bigEndian) ? held : (int)promised;
    }

    private static bool IsChunksToTheEnd(ReadOnlySpan<byte> file, int position, bool bigEndian)
    {
        while (IsChunkStart(file, position))
        {
            uint size = ReadUInt32(file[(position + 4)..], bigEndian);
            if (size > file.Length - position - ChunkHeaderBytes)
            {
                return false;
            }

            position = NextChunk(file, position + ChunkHeaderBytes, (int)size, bigEndian);
        }

        return position >= file.Length;
    }

    // Chunks of odd length are padded to even; some writers forget it. A known name in one of the two places tells
    // which; else, where both may be names, the one from which chunks lead on to where they should.
    private static int NextChunk(ReadOnlySpan<byte> file, int body, int length, bool bigEndian)
    {
        int end = body + length;
        if ((length & 1) == 0 || !IsChunkStart(file, end))
        {
            return end + (length & 1);
        }

        bool unpadded = IsKnownChunk(file[end..]);
        bool padded = IsKnownChunk(file[Math.Min(end + 1, file.Length)..]);
        unpadded = unpadded != padded ? unpadded
            : !IsChunkStart(file, end + 1)
                || (LeadsOn(file, end, bigEndian) && !LeadsOn(file, end + 1, bigEndian));
        return unpadded ? end : end + 1;
    }

    // Whether chunks that begin here lead to one of a known name, or to the end of the file.
    private static bool LeadsOn(ReadOnlySpan<byte> file, int position, bool bigEndian)
    {
        for (int step = 0; step < MostChunksAhead && IsChunkStart(file, position); step++)
        {
            uint size = ReadUInt32(file[(position + 4)..], bigEndian);
            if (size > file.Length - position - ChunkHeaderBytes)
            {
                return false;
            }

            int end = position + ChunkHeaderBytes + (int)size;
            position = end + (int)(size & 1);
            if (IsKnownChunk(file[Math.Min(position, file.Length)..]) || IsKnownChunk(file[end..]))
            {
                return true;
            }
        }

        return position >= file.Length;
    }

    private static bool IsChunkStart(ReadOnlySpan<byte> file, int position) =>
        position <= file.Length - ChunkHeaderBytes
        && !file.Slice(position, 4).ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    // fmt: tag, channels, rate, bytes a second, bytes a frame, bits a sample, and in the extensible form
    // size, valid bits, speakers, sub-format.
    private static WavHeader ParseFormat(ReadOnlySpan<byte> chunk, int at, bool bigEndian, string name)
    {
        if (chunk.Length < 16)
        {
            throw AudioFormatException.Of(
                name, $"its `fmt ` chunk at byte {at} has {chunk.Length} bytes, at least 16 were expected", Resave);
        }

        int tag = ReadUInt16(chunk, bigEndian);
        int channels = ReadUInt16(chunk[2..], bigEndian);
        uint sampleRate = ReadUInt32(chunk[4..], bigEndian);
        int frameBytes = ReadUInt16(chunk[12..], bigEndian);
        int bits = ReadUInt16(chunk[14..], bigEndian);
        int validBits = bits;
        if (tag == TagExtensible && SubFormat(chunk, bigEndian) is { } subFormat)
        {
            tag = subFormat;
            validBits = ReadUInt16(chunk[18..], bigEndian);
            validBits = validBits is 0 || validBits > bits ? bits : validBits;
        }

        AudioEncoding encoding = tag switch
        {
            TagPcm => AudioEncoding.Pcm,
            TagFloat => AudioEncoding.IeeeFloat,
            TagALaw => AudioEncoding.ALaw,
            TagMuLaw => AudioEncoding.MuLaw,
            _ => AudioEncoding.Compressed,
        };
        if (channels == 0)
        {
            throw AudioFormatException.Of(name, $"it claims 0 channels at byte {at + 2}", Resave);
        }

        if (sampleRate is 0 or > LargestSampleRate)
        {
            throw AudioFormatException.Of(
                name,
                $"it claims a sample rate of {sampleRate} Hz at byte {at + 4}, 1 to {LargestSampleRate} was expected",
                Resave);
        }

        if (encoding == AudioEncoding.Compressed)
        {
            return new WavHeader
            {
                Encoding = encoding,
                FormatTag = tag,
                BlockBytes = frameBytes,
                Channels = channels,
                SampleRate = (int)sampleRate,
                BitsPerSample = bits,
                SampleBytes = 1,
                BigEndian = bigEndian,
            };
        }

        // 24 bits often lie in the upper three of 4 bytes; other widths take as many bytes as they need. Frames of any
        // other size are a mistake of the writer's: samples lie as their format says.
        bool isG711 = encoding is AudioEncoding.ALaw or AudioEncoding.MuLaw;
        bool isWide = encoding == AudioEncoding.Pcm && bits is > 16 and <= 32 && frameBytes == 4 * channels;
        int sampleBytes = isG711 ? 1 : isWide ? 4 : (bits + 7) / 8;
        if (encoding == AudioEncoding.Pcm ? bits is 0 or > 32 : !isG711 && bits is not (32 or 64))
        {
            throw AudioFormatException.Of(
                name,
                $"it claims samples of {bits}-bit {encoding} at byte {at + 14}, which is not decoded",
                Resave);
        }

        bool contradicts = (frameBytes != 0 && frameBytes != sampleBytes * channels) || (isG711 && bits != 8);
        return new WavHeader
        {
            Encoding = encoding,
            Channels = channels,
            SampleRate = (int)sampleRate,
            BitsPerSample = isG711 ? 8 : validBits,
            SampleBytes = sampleBytes,
            BigEndian = bigEndian,
            Remark = contradicts
                ? new AudioRemark(
                    AudioRemarkKind.Contradiction,
                    $"its header claims frames of {frameBytes} bytes (byte {at + 12}) for {channels} channels of "
                    + $"{bits}-bit {encoding}: read in frames of {sampleBytes * channels}")
                : null,
        };
    }

    // The format tag within WAVE_FORMAT_EXTENSIBLE, the first field of a GUID; null for a GUID that is of no tag.
    // Writers of RIFX disagree on its byte order, and tags are small.
    private static int? SubFormat(ReadOnlySpan<byte> chunk, bool bigEndian)
    {
        if (chunk.Length < 40 || !chunk[32..40].SequenceEqual(SubFormatTail))
        {
            return null;
        }

        uint tag = ReadUInt32(chunk[24..], bigEndian);
        tag = tag > ushort.MaxValue ? BinaryPrimitives.ReverseEndianness(tag) : tag;
        return (int)Math.Min(tag, ushort.MaxValue);
    }

    private static AudioFormatException Truncated(string name, ReadOnlySpan<byte> id, int at, ulong promised, int held)
    {
        Span<char> shown = stackalloc char[4];
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = id[i] is >= 0x20 and <= 0x7E ? (char)id[i] : '?';
        }

        return AudioFormatException.Of(
            name,
            $"it is truncated: the `{shown}` chunk at byte {at} promises {promised} bytes, the file holds {held}",
            CopyAgain);
    }

    /// <summary>The codec of a format tag, with the tag, for messages. Source: Microsoft's mmreg.h.</summary>
    internal static string NameOf(int tag) => (tag switch
    {
        TagMicrosoftAdpcm => "Microsoft ADPCM",
        TagImaAdpcm => "IMA ADPCM",
        0x0010 => "OKI ADPCM",
        0x0020 => "Yamaha ADPCM",
        0x0022 => "TrueSpeech",
        0x0031 => "GSM 6.10",
        0x0042 => "G.723",
        0x0045 => "G.726 ADPCM",
        TagMpeg => "MPEG audio",
        TagMp3 => "MP3",
        0x0064 => "G.726 ADPCM",
        TagG722 or TagG722Microsoft => "G.722",
        0x0083 => "G.729",
        0x00FF or 0x1600 or 0x1601 or 0x1610 or 0xA106 => "AAC",
        0x0160 or 0x0161 or 0x0162 or 0x0163 => "Windows Media Audio",
        0x0200 => "Creative ADPCM",
        0x0270 => "ATRAC3",
        0x0401 => "Intel Music Coder",
        0x2000 => "AC-3",
        0x2001 => "DTS",
        0x566F or (>= 0x674F and <= 0x6771) => "Vorbis",
        0xA109 => "Speex",
        0xF1AC => "FLAC",
        TagExtensible => "sound of a sub-format that has no tag",
        _ => "sound of an unknown encoding",
    }) + $" (format tag 0x{tag:X4})";

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
