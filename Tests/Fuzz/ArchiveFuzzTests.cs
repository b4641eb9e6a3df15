// The law of all readers (ReaderFuzz) for what is fetched: ZIP, TAR, TAR in GZIP, and what servers answer.
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Tests.Fuzz;

public sealed class ArchiveFuzzTests : IDisposable
{
    // The block that is copied, and what inflates.
    private const long ForAny = 1 << 20;

    private const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static readonly UnpackLimits Limits = new(1 << 20, 20, 1 << 16, 100);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Tar_MutatedAnyhow_IsReadOrRefused() => new ReaderFuzz(
        "TAR", Tars(),
        file =>
        {
            using MemoryStream stream = new(file);
            var tar = new TarArchive(stream);
            byte[] buffer = new byte[1000];
            while (tar.MoveNext())
            {
                while (tar.Read(buffer) > 0)
                {
                }
            }
        },
        typeof(InvalidDataException), typeof(EndOfStreamException))
    {
        BytesForAByte = 4,
        Kept =
        [
            Lie(Tars()[0], 'x', "10000000000"), Lie(Tars()[0], 'L', "10000000000"), Lie(Tars()[0], '0', "77777777777"),
            WithChecksumInBase256(Tars()[0]), Lie(Tars()[0], 'S', "00000000001"), Lie(Tars()[0], 'g', "77777777777"),
        ],
    }.Holds();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Archive_MutatedAnyhow_IsUnpackedOrRefused(bool isZip)
    {
        byte[][] seeds = isZip ? Zips() : [.. Tars().Select(GZip), GZip(new byte[4096])];
        string archive = folder["archive"];
        string into = folder["into"];
        new ReaderFuzz(
            isZip ? "ZIP" : "TAR in GZIP", seeds,
            file =>
            {
                File.WriteAllBytes(archive, file);
                Directory.CreateDirectory(into);
                try
                {
                    ArchiveUnpacker.Unpack(
                        archive, isZip ? ArchiveKind.Zip : ArchiveKind.TarGz, into, null, CancellationToken.None, Limits);
                }
                finally
                {
                    string[] all = Directory.GetFiles(into, "*", SearchOption.AllDirectories);
                    Assert.True(all.Sum(one => new FileInfo(one).Length) <= Limits.BytesOf(file.Length) + (1 << 17));
                    Directory.Delete(into, recursive: true);
                    Assert.Equal([archive], Directory.GetFileSystemEntries(folder.Path));
                }
            },
            typeof(FetchException))
        {
            Share = 4,
            BytesForAny = ForAny,
            BytesForAByte = 40,
        }.Holds();
    }

    /// <summary>A TAR whose headers were changed and their checksums made right again.</summary>
    [Fact]
    public void Tar_MutatedWithRightChecksums_IsReadOrRefused() => new ReaderFuzz(
        "TAR with right checksums", Tars(),
        file =>
        {
            byte[] mended = [.. file];
            for (int at = 0; at + 512 <= mended.Length; at += 512)
            {
                MendChecksum(mended.AsSpan(at, 512));
            }

            using MemoryStream stream = new(mended);
            var tar = new TarArchive(stream);
            while (tar.MoveNext())
            {
                Assert.True(tar.Length >= 0);
            }
        },
        typeof(InvalidDataException), typeof(EndOfStreamException))
    {
        BytesForAByte = 5,
    }.Holds();

    [Fact]
    public void Answer_OfAServerMutatedAnyhow_IsLoadedOrRefused()
    {
        string part = folder["x.part"];
        var patience = new DownloadOptions(2, TimeSpan.Zero, TimeSpan.FromSeconds(5)) { MostBytes = 1 << 20 };
        new ReaderFuzz(
            "HTTP",
            ReaderFuzz.Texts(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"v1\"\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\n"
                    + "5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/5\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 302 Found\r\nLocation: http://other.test/x\r\nContent-Length: 0\r\n\r\n"),
            file =>
            {
                File.Delete(part);
                File.Delete(part + ".info");
                Load(file, part, patience);
            },
            typeof(FetchException))
        {
            IsText = true,
            Share = 8,
            BytesForAny = 4 << 20,
            Kept = ReaderFuzz.Texts(
            [
                .. new[] { "file:///etc/passwd", "http://x:-1/", "http://x:99999/", "ftp://x/", "//", "http://", "\u0001" }
                    .Select(place => $"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"),
            ]),
        }.Holds();
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://other.test:-1/x")]
    [InlineData("ftp://other.test/x")]
    public void Redirect_ToWhereNothingIsFetchedFrom_IsRefusedInALine(string place)
    {
        string message = Assert.Throws<FetchException>(() => Load(
            Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"),
            folder["x.part"], new DownloadOptions(2, TimeSpan.Zero, TimeSpan.FromSeconds(5)))).Message;
        Assert.Contains($"sends on to '{place}'", message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x.part"]) && new FileInfo(folder["x.part"]).Length > 0);
    }

    private static void Load(byte[] answer, string part, DownloadOptions patience)
    {
        // The first connection gets the answer; what it leads on to, a plain file.
        int connections = 0;
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(
                new Answer(connections++ == 0 ? answer : Encoding.ASCII.GetBytes(Hello))),
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        new HttpDownload(client, patience).Run(new Uri("http://test/x"), part, null, CancellationToken.None)
            .GetAwaiter().GetResult();
    }

    internal static byte[][] Tars()
    {
        byte[] content = [.. Enumerable.Range(0, 700).Select(i => (byte)(i * i >> 3))];
        return
        [
            Tar(TarEntryFormat.Ustar, ("a/b.wav", content), (new string('d', 90) + "/" + new string('f', 60), [1])),
            Tar(TarEntryFormat.Pax, ("a/\u00FC.wav", content), (new string('x', 150) + "/" + new string('z', 150) + "/c", content[..30])),
            Tar(TarEntryFormat.Gnu, (new string('y', 200) + "/d", content), ("e", [])),
            Tar(TarEntryFormat.V7, ("f", content[..512])),
        ];
    }

    private static byte[] Tar(TarEntryFormat format, params (string Name, byte[] Content)[] files)
    {
        using MemoryStream bytes = new();
        using (TarWriter tar = new(bytes, format, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                TarEntryType type = format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
                TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Pax => new PaxTarEntry(type, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                    _ => new V7TarEntry(type, name),
                };
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }

            if (format != TarEntryFormat.V7)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/etc" });
                tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "folder/"));
            }
        }

        return bytes.ToArray();
    }

    private static byte[][] Zips()
    {
        byte[] content = [.. Enumerable.Range(0, 700).Select(i => (byte)(i * i >> 3))];
        return [.. new[] { CompressionLevel.Optimal, CompressionLevel.NoCompression }.Select(level =>
        {
            using MemoryStream bytes = new();
            using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
            {
                foreach (string name in (string[])["a/b.wav", "\u00FC.wav", "folder/"])
                {
                    using Stream entry = zip.CreateEntry(name, level).Open();
                    entry.Write(name.EndsWith('/') ? [] : content);
                }
            }

            return bytes.ToArray();
        })];
    }

    internal static byte[] GZip(byte[] content)
    {
        using MemoryStream bytes = new();
        using (GZipStream zipped = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            zipped.Write(content);
        }

        return bytes.ToArray();
    }

    internal static byte[] Lie(byte[] tar, char type, string size)
    {
        byte[] lie = [.. tar];
        lie[156] = (byte)type;
        Encoding.ASCII.GetBytes(size, lie.AsSpan(124));
        MendChecksum(lie.AsSpan(0, 512));
        return lie;
    }

    // Input 33,619 of NATIVECNN_FUZZ=200000 had one.
    private static byte[] WithChecksumInBase256(byte[] tar)
    {
        byte[] other = [.. tar];
        other[148] = 0x80;
        return other;
    }

    private static void MendChecksum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0", header[148..]);
    }

    /// <summary>A connection on which this comes, whatever is asked.</summary>
    private sealed class Answer(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
