// Reads TAR as POSIX.1-2001 (pax) and GNU write it, a block after another and no more in memory than a name. A header is
// a block of 512 bytes; numbers are octal text, or base 256 where the first bit is set:
//   name 0..100 · mode · uid · gid · size 124..136 · time · checksum 148..156 · type 156 · link 157..257
//   magic 257..263 · ... · prefix of the name 345..500
// Its content follows in whole blocks; two blocks of zeros end all. Of the types, files and folders are told apart; what
// is neither (links, devices, pipes) has its name read and no more. Sizes and names may come from a pax header (type x)
// or as GNU's long name (type L) before it.
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace NativeCnn.Tools.Fetch;

/// <summary>The entries of a TAR stream, in turn. Not thread-safe: for one thread at a time.</summary>
/// <param name="stream">The stream; not closed here.</param>
internal sealed class TarArchive(Stream stream)
{
    private const int BlockBytes = 512;

    // Names are at most a few thousand bytes; a pax header holds a few of them.
    private const int MostHeaderBytes = 1 << 20;

    private readonly byte[] block = new byte[BlockBytes];
    private long left;
    private int padding;

    /// <summary>What an entry is.</summary>
    public enum Kind
    {
        /// <summary>A file, whose content can be read.</summary>
        File,

        /// <summary>A folder.</summary>
        Folder,

        /// <summary>A link, a device, a pipe.</summary>
        Other,
    }

    /// <summary>The name of the entry.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What it is.</summary>
    public Kind Type { get; private set; }

    /// <summary>Bytes of its content.</summary>
    public long Length { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>False at the end of the archive.</returns>
    /// <exception cref="InvalidDataException">The archive is damaged, or of a kind that is not read.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public bool MoveNext()
    {
        string? longName = null;
        long? longSize = null;
        while (true)
        {
            Skip();
            if (!ReadBlock())
            {
                return longName is null ? false : throw new EndOfStreamException("it ends within an entry.");
            }

            if (block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                return false;
            }

            CheckSum();
            char type = (char)block[156];
            long size = Number(block.AsSpan(124, 12), "size");
            Begin(type is '1' or '2' or '3' or '4' or '5' or '6' ? 0 : size);
            switch (type)
            {
                case 'x':
                    ReadPax(ref longName, ref longSize);
                    continue;
                case 'L':
                    longName = TextOf(ReadHeaderContent().AsSpan());
                    continue;
                case 'g' or 'K' or 'V':
                    ExpectHeaderSize();
                    continue; // settings for all, the name of a link, the volume: nothing that is needed
                case 'S':
                    throw Sparse();
                default:
                    break;
            }

            Name = longName ?? NameInHeader();
            Type = type is '0' or '\0' or '7' ? (Name.EndsWith('/') ? Kind.Folder : Kind.File)
                : type == '5' ? Kind.Folder
                : Kind.Other;
            if (type is not ('1' or '2' or '3' or '4' or '5' or '6'))
            {
                Begin(longSize ?? size);
            }

            Length = Type == Kind.File ? left : 0;
            return true;
        }
    }

    /// <summary>Reads content of the entry; 0 at its end.</summary>
    /// <exception cref="EndOfStreamException">The archive ends within it.</exception>
    public int Read(Span<byte> buffer)
    {
        if (left == 0)
        {
            return 0;
        }

        int read = stream.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        if (read == 0)
        {
            throw new EndOfStreamException($"it ends within '{Name}', of which {left} bytes are missing.");
        }

        left -= read;
        return read;
    }

    private static InvalidDataException Sparse() => new("it holds a sparse file, which is not read.");

    private void Begin(long size) => (left, padding) = (size, (int)(-size & (BlockBytes - 1)));

    // What of an entry was not read, and the rest of its last block.
    private void Skip()
    {
        byte[] dropped = block;
        for (long rest = left + padding; rest > 0;)
        {
            int read = stream.Read(dropped, 0, (int)Math.Min(dropped.Length, rest));
            if (read == 0)
            {
                // Some writers leave the padding of the last entry out.
                if (rest <= padding)
                {
                    break;
                }

                throw new EndOfStreamException("it ends within an entry.");
            }

            rest -= read;
        }

        (left, padding) = (0, 0);
    }

    private bool ReadBlock()
    {
        int read = stream.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
        return read == BlockBytes || (read == 0
            ? false
            : throw new EndOfStreamException("it ends within a header."));
    }

    // The sum of all bytes of the header, its own field as spaces; old writers summed signed bytes.
    private void CheckSum()
    {
        long given = Number(block.AsSpan(148, 8), "checksum");
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BlockBytes; i++)
        {
            byte value = i is >= 148 and < 156 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        if (given != unsigned && given != signed)
        {
            throw new InvalidDataException("the checksum of a header is wrong.");
        }
    }

    private static long Number(ReadOnlySpan<byte> field, string what)
    {
        long value = 0;
        if ((field[0] & 0x80) != 0)
        {
            // Base 256; what is negative has all its first bits set, and is too large here.
            value = field[0] & 0x7F;
            foreach (byte digit in field[1..])
            {
                value = value <= long.MaxValue >> 8 ? (value << 8) | digit : throw Wrong(what);
            }

            return value;
        }

        ReadOnlySpan<byte> digits = field.Trim(" \0"u8);
        foreach (byte digit in digits)
        {
            value = digit is >= (byte)'0' and <= (byte)'7' ? (value * 8) + digit - '0' : throw Wrong(what);
        }

        return value;

        static InvalidDataException Wrong(string what) => new($"the {what} in a header is no number.");
    }

    private string NameInHeader()
    {
        string name = TextOf(block.AsSpan(0, 100));
        string prefix = block.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? TextOf(block.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    // Up to the first zero. Names are UTF-8; older archives have bytes of another encoding, which stay apart as Latin-1.
    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        bytes = end < 0 ? bytes : bytes[..end];
        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
    }

    private void ExpectHeaderSize()
    {
        if (left > MostHeaderBytes)
        {
            throw new InvalidDataException($"a header claims {left} bytes for a name.");
        }
    }

    private byte[] ReadHeaderContent()
    {
        ExpectHeaderSize();
        using var content = new MemoryStream();
        while (left > 0)
        {
            int read = Read(block);
            content.Write(block, 0, read);
        }

        return content.ToArray();
    }

    // Records "LENGTH KEY=VALUE\n", of which LENGTH counts all.
    private void ReadPax(ref string? name, ref long? size)
    {
        ReadOnlySpan<byte> rest = ReadHeaderContent();
        while (rest.Length > 0 && rest[0] != 0)
        {
            int space = rest.IndexOf((byte)' ');
            if (space is < 1 or > 7
                || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 1 || length > rest.Length || rest[length - 1] != '\n')
            {
                throw new InvalidDataException("a pax header is damaged.");
            }

            ReadOnlySpan<byte> record = rest[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                throw new InvalidDataException("a pax header is damaged.");
            }

            ReadOnlySpan<byte> key = record[..equals];
            ReadOnlySpan<byte> value = record[(equals + 1)..];
            if (key.StartsWith("GNU.sparse."u8))
            {
                throw Sparse();
            }

            if (key.SequenceEqual("path"u8))
            {
                // With its zeros, which no path may have: whoever takes the name refuses it.
                name = (Utf8.IsValid(value) ? Encoding.UTF8 : Encoding.Latin1).GetString(value);
            }
            else if (key.SequenceEqual("size"u8))
            {
                size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
                    ? bytes
                    : throw new InvalidDataException("the size in a pax header is no number.");
            }

            rest = rest[length..];
        }
    }
}
