// .NET's GZipStream says nothing where a file ends within its compressed data: damage can do that, and the checksum behind
// the data is then never looked at. So a gzip member of our own is read behind the file: what comes out ends in its mark
// only where the file's own data came to their end, with the right checksum.
using System.IO.Compression;

namespace NativeCnn.Tools.Fetch;

/// <summary>A gzip file with a mark behind it, as one stream of bytes that is read forward.</summary>
internal sealed class MarkedGzip(Stream file) : Stream
{
    // An empty block of TAR, which ends an archive that has none of its own; then words.
    private static readonly byte[] Content = [.. new byte[512], .. "the end of the gzip file"u8];

    private readonly MemoryStream member = new(Zipped());

    /// <summary>Bytes at the end of what is unpacked that are the mark.</summary>
    public static ReadOnlySpan<byte> Mark => Content.AsSpan(512);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = file.Read(buffer);
        return read > 0 ? read : member.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Zipped()
    {
        var member = new MemoryStream();
        using (var zip = new GZipStream(member, CompressionLevel.Fastest))
        {
            zip.Write(Content);
        }

        return member.ToArray();
    }
}
