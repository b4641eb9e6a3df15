// ID3v2: a tag that programmes put before a sound, FLAC too. Its length is all that is of interest here.

namespace NativeCnn.Features.Audio;

/// <summary>
/// Measures an ID3v2 tag. Source of the layout: "ID3 tag version 2.4.0 - Main Structure", section 3.
/// </summary>
internal static class Id3Tag
{
    private const int HeaderBytes = 10;
    private const int FooterFlag = 0x10;

    /// <summary>Bytes of the tag that a file begins with, header and footer included; 0 where there is none.</summary>
    /// <param name="file">The first bytes of a file, 10 or more where it has as many.</param>
    internal static int LengthOf(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || !file.StartsWith("ID3"u8)
            || file[6..10].ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            return 0;
        }

        // Seven bits a byte, so that no byte of the length looks like the start of an MPEG frame.
        int body = file[6] << 21 | file[7] << 14 | file[8] << 7 | file[9];
        return HeaderBytes + body + ((file[5] & FooterFlag) != 0 ? HeaderBytes : 0);
    }
}
