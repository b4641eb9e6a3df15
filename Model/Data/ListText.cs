// The text of a list: UTF-8 unless a byte order mark or the user says otherwise. Bytes that are not what they should be
// are an error that names the line; no character is replaced by another.
using System.Text;
using System.Text.Unicode;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

internal static class ListText
{
    /// <summary>Bytes of a line that is a name, a header or a row.</summary>
    public const int MostLineBytes = 1 << 20;

    // A row takes some 50 bytes: twenty million clips.
    private const long MostBytes = 1L << 30;

    /// <summary>A list as UTF-8 without a byte order mark.</summary>
    /// <param name="file">The file.</param>
    /// <param name="encoding">The name of its encoding; null for UTF-8, or what its byte order mark says.</param>
    /// <exception cref="DataSetException">
    /// There is no such encoding, or the bytes are none of it; or it is no file, or larger than a list.
    /// </exception>
    public static ReadOnlyMemory<byte> Read(string file, string? encoding)
    {
        ReadOnlyMemory<byte> text = ReadText(file, encoding);
        int zero = text.Span.IndexOf((byte)0);
        return zero < 0 ? text
            : throw new DataSetException(
                $"'{file}', line {LineOf(text.Span, zero)}, holds zero bytes, as UTF-16 without its byte order mark "
                + "does: save it as UTF-8, or say --encoding utf-16.");
    }

    private static ReadOnlyMemory<byte> ReadText(string file, string? encoding)
    {
        byte[] bytes = ReadBytes(file);
        (Encoding Encoding, int Length)? mark = MarkOf(bytes);
        if (mark is { } found && found.Encoding.CodePage != Encoding.UTF8.CodePage)
        {
            return Recode(file, bytes.AsSpan(found.Length), found.Encoding);
        }

        if (mark is null && encoding is not null && Named(encoding) is var named && named.CodePage != 65001)
        {
            return Recode(file, bytes, named);
        }

        ReadOnlyMemory<byte> text = bytes.AsMemory(mark?.Length ?? 0);
        return Utf8.IsValid(text.Span) ? text : throw NotUtf8(file, text.Span);
    }

    private static byte[] ReadBytes(string file)
    {
        long length = new FileInfo(file).Length;
        return length <= MostBytes ? RegularFile.ReadAllBytes(file)
            : throw new DataSetException($"'{file}' holds {length} bytes; lists of up to {MostBytes} are read.");
    }

    /// <summary>An encoding by its name, strict.</summary>
    /// <exception cref="DataSetException">There is none.</exception>
    public static Encoding Named(string name)
    {
        // What Python and Windows call them.
        string known = name.ToLowerInvariant() switch
        {
            "cp1252" or "ansi" or "windows1252" => "windows-1252",
            "latin1" or "latin-1" or "iso8859-1" => "iso-8859-1",
            "utf8" or "utf8-sig" or "utf-8-sig" => "utf-8",
            "utf16" => "utf-16",
            "cp932" or "sjis" => "shift_jis",
            "gbk" or "cp936" => "gb2312",
            "cp949" => "ks_c_5601-1987",
            "cp950" => "big5",
            "macroman" or "mac-roman" or "mac_roman" => "macintosh",
            var other when other.StartsWith("cp125", StringComparison.Ordinal) => "windows-" + other[2..],
            var other when other.StartsWith("cp", StringComparison.Ordinal) => "ibm" + other[2..].PadLeft(3, '0'),
            var other => other,
        };
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding(known, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new DataSetException(
                $"There is no encoding '{name}': --encoding takes utf-8, utf-16, cp1252, latin1, shift_jis, gb18030 or "
                + "another name that .NET knows.", error);
        }
    }

    private static (Encoding, int)? MarkOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? (Encoding.UTF8, 3)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) ? (new UTF32Encoding(false, true, true), 4)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? (new UnicodeEncoding(false, true, true), 2)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? (new UnicodeEncoding(true, true, true), 2)
        : null;

    private static byte[] Recode(string file, ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            return Encoding.UTF8.GetBytes(encoding.GetString(bytes));
        }
        catch (DecoderFallbackException error)
        {
            throw new DataSetException(
                $"'{file}', line {LineOf(bytes, error.Index)}: the bytes there are not {encoding.WebName}; name another "
                + "--encoding.", error);
        }
    }

    private static DataSetException NotUtf8(string file, ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int read) == System.Buffers.OperationStatus.Done)
        {
            at += read;
        }

        return new DataSetException(
            $"'{file}', line {LineOf(text, at)}: the byte 0x{text[at]:X2} is not UTF-8. Save the list as UTF-8, or say "
            + "how it is encoded: --encoding cp1252 for lists of Windows and Excel in western Europe.");
    }

    private static int LineOf(ReadOnlySpan<byte> text, int at) =>
        1 + text[..Math.Clamp(at, 0, text.Length)].Count((byte)'\n');
}
