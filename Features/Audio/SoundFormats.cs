// What a file holds, by its first bytes: names are for messages, and say what ffmpeg is asked to decode.
// Whatever begins with RIFF is not here: it is WAV, or a damaged one, and WavDecoder says so better than ffmpeg.

namespace NativeCnn.Features.Audio;

/// <summary>Knows sound formats other than WAV by their first bytes.</summary>
internal static class SoundFormats
{
    /// <summary>The format's name, or null.</summary>
    /// <param name="file">The first bytes of a file, 16 or more where it has as many.</param>
    internal static string? NameOf(ReadOnlySpan<byte> file) =>
        file.StartsWith("fLaC"u8) ? "FLAC"
        : file.StartsWith("OggS"u8) ? "Ogg"
        : file.StartsWith("ID3"u8) ? "MPEG audio"
        : file.StartsWith("ADIF"u8) || IsAdts(file) ? "AAC"
        : IsMpegAudio(file) ? "MPEG audio"
        : file.Length >= 12 && file[4..8].SequenceEqual("ftyp"u8) ? "MPEG-4"
        : file.Length >= 12 && file.StartsWith("FORM"u8) && file[8..11].SequenceEqual("AIF"u8) ? "AIFF"
        : file.StartsWith("caff"u8) ? "Core Audio"
        : file.StartsWith("riff"u8) ? "Sony Wave64"
        : file.StartsWith(".snd"u8) ? "Sun AU"
        : file.StartsWith<byte>([0x1A, 0x45, 0xDF, 0xA3]) ? "Matroska or WebM"
        : file.StartsWith<byte>([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) ? "Windows Media"
        : file.StartsWith("wvpk"u8) ? "WavPack"
        : file.StartsWith("MAC "u8) ? "Monkey's Audio"
        : file.StartsWith("TTA1"u8) ? "True Audio"
        : file.StartsWith("#!AMR"u8) ? "AMR"
        : null;

    // ADTS: 12 bits set, then a bit of version and two of layer, which are 0.
    private static bool IsAdts(ReadOnlySpan<byte> file) =>
        file.Length > 1 && file[0] == 0xFF && (file[1] & 0xF6) == 0xF0;

    // MPEG 1, 2 and 2.5: 11 bits set; version 01, layer 00 and bit rate 1111 are not given out.
    private static bool IsMpegAudio(ReadOnlySpan<byte> file) =>
        file.Length > 2 && file[0] == 0xFF && (file[1] & 0xE0) == 0xE0
        && (file[1] & 0x18) != 0x08 && (file[1] & 0x06) != 0 && (file[2] & 0xF0) != 0xF0;
}
