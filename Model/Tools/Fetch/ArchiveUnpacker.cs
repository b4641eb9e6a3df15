// Unpacks archives that strangers made: nothing is written outside the folder, no more than the limits allow, links and
// devices are left out, no name is written twice, and every file's checksum is looked at.

using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace NativeCnn.Tools.Fetch;

/// <summary>Unpacks one archive. Not thread-safe: for one thread at a time.</summary>
internal sealed class ArchiveUnpacker
{
    private const int BufferBytes = 1 << 17;

    // Of a file or a folder, on the systems that this runs on.
    private const int MostNameBytes = 255;

    private readonly string archive;
    private readonly string folder;
    private readonly UnpackLimits limits;
    private readonly CancellationToken cancellation;
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly FileStream file;
    private readonly Action<long, long?>? progress;
    private readonly long most;
    private int entries;
    private int leftOut;
    private long written;

    private ArchiveUnpacker(
        FileStream file, string archive, string folder, Action<long, long?>? progress, UnpackLimits limits,
        CancellationToken cancellation)
    {
        this.file = file;
        this.archive = archive;
        this.folder = folder;
        this.progress = progress;
        this.limits = limits;
        this.cancellation = cancellation;
        most = limits.BytesOf(file.Length);
    }

    /// <summary>Unpacks an archive into a folder. What came before an error stays there for the caller to remove.
    /// </summary>
    /// <param name="archive">The file.</param>
    /// <param name="kind">How it is packed.</param>
    /// <param name="folder">A folder that is there, and empty.</param>
    /// <param name="progress">Told bytes of the archive that are done, and all of them.</param>
    /// <param name="cancellation">Stops between two blocks.</param>
    /// <param name="limits">How much it may hold; null for <see cref="UnpackLimits.Default"/>.</param>
    /// <returns>How many entries were left out, for they are neither files nor folders.</returns>
    /// <exception cref="FetchException">
    /// The archive is damaged, holds more than the limits, or a name in it leads out of the folder or stands twice.
    /// </exception>
    public static int Unpack(
        string archive, ArchiveKind kind, string folder, Action<long, long?>? progress,
        CancellationToken cancellation, UnpackLimits? limits = null)
    {
        try
        {
            using FileStream file = File.OpenRead(archive);
            var unpacker = new ArchiveUnpacker(
                file, archive, folder, progress, limits ?? UnpackLimits.Default, cancellation);
            if (kind == ArchiveKind.Zip)
            {
                unpacker.UnpackZip();
            }
            else
            {
                unpacker.UnpackTarGz();
            }

            return unpacker.leftOut;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException
                                          or NotSupportedException or ArgumentException or OverflowException)
        {
            throw Damaged(archive, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FetchException.OfDisk(folder, error);
        }
    }

    /// <summary>Where an entry goes: below the folder, whatever its name says.</summary>
    /// <exception cref="FetchException">The name leads out of the folder.</exception>
    internal static string PathOf(string folder, string entry, string archive)
    {
        string name = entry.Replace('\\', '/');
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        bool leadsOut = name.StartsWith('/') || parts.Contains("..") || name.Contains('\0', StringComparison.Ordinal)
            || parts.FirstOrDefault()?.Contains(':', StringComparison.Ordinal) == true;
        // Path takes no name with a null character.
        string path = leadsOut ? root : Path.GetFullPath(Path.Combine([folder, .. parts]));
        leadsOut |= !(path + Path.DirectorySeparatorChar).StartsWith(root, StringComparison.Ordinal);
        if (Array.Exists(parts, part => Encoding.UTF8.GetByteCount(part) > MostNameBytes))
        {
            throw new FetchException(
                $"'{archive}' holds the name '{Shortened(entry)}' of {entry.Length} letters, which no file system takes: " +
                "it is not unpacked. Delete it and fetch the data set from where it is published.");
        }

        return leadsOut
            ? throw new FetchException(
                $"'{archive}' holds the name '{Shortened(entry)}', which leads out of the folder: it is not unpacked. " +
                "Delete it and fetch the data set from where it is published.")
            : path;
    }

    private static string Shortened(string name) => name.Length <= 200 ? name : name[..200] + "...";

    private static FetchException Damaged(string archive, string why, Exception? cause = null)
    {
        string message = $"the archive '{archive}' is damaged: {why.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. " +
            "Delete it and give the same command again.";
        return cause is null ? new FetchException(message) : new FetchException(message, cause);
    }

    private void UnpackZip()
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        decimal promised = zip.Entries.Sum(entry => (decimal)entry.Length);
        if (promised > most)
        {
            throw TooMuch(string.Create(CultureInfo.InvariantCulture, $"promises {promised:N0} bytes"));
        }

        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            const int typeMask = 0xF000;
            const int regularType = 0x8000;
            Count();
            string path = PathOf(folder, entry.FullName, archive);
            int type = (entry.ExternalAttributes >> 16) & typeMask; // 0 where no POSIX system wrote it
            if (entry.FullName.EndsWith('/') || entry.FullName.EndsWith('\\'))
            {
                MakeFolder(path, entry.FullName);
            }
            else if (type is 0 or regularType)
            {
                using Stream content = entry.Open();
                (long bytes, uint crc) = Copy(content.Read, path, entry.FullName, entry.Length);
                if (bytes != entry.Length || crc != entry.Crc32)
                {
                    throw Damaged(
                        archive,
                        $"'{Shortened(entry.FullName)}' is not as long as it should be, or its CRC-32 differs");
                }
            }
            else
            {
                leftOut++;
            }
        }
    }

    private void UnpackTarGz()
    {
        using var marked = new MarkedGzip(file);
        using var unzipped = new GZipStream(marked, CompressionMode.Decompress);
        using var limited = new LimitedStream(unzipped, this);
        var tar = new TarArchive(limited);
        while (tar.MoveNext())
        {
            Count();
            string path = PathOf(folder, tar.Name, archive);
            switch (tar.Type)
            {
                case TarArchive.Kind.Folder:
                    MakeFolder(path, tar.Name);
                    break;
                case TarArchive.Kind.File when tar.Length > most - written:
                    throw TooMuch(string.Create(
                        CultureInfo.InvariantCulture, $"promises {tar.Length:N0} bytes for '{Shortened(tar.Name)}'"));
                case TarArchive.Kind.File:
                    Copy(tar.Read, path, tar.Name, tar.Length);
                    break;
                default:
                    leftOut++;
                    break;
            }
        }

        // To the very end, where GZIP keeps the checksum of all, and behind it.
        byte[] last = [];
        for (int read = limited.Read(buffer); read > 0; read = limited.Read(buffer))
        {
            last = [.. last, .. buffer.AsSpan(0, read)];
            last = last[Math.Max(0, last.Length - MarkedGzip.Mark.Length)..];
        }

        if (!last.AsSpan().SequenceEqual(MarkedGzip.Mark))
        {
            throw Damaged(archive, "it ends within its compressed data, or something else stands behind them");
        }
    }

    private void Count()
    {
        cancellation.ThrowIfCancellationRequested();
        if (++entries > limits.MostEntries)
        {
            throw TooMuch(string.Create(CultureInfo.InvariantCulture, $"holds more than {limits.MostEntries:N0} names"));
        }
    }

    private FetchException TooMuch(string what)
    {
        string limit = string.Create(
            CultureInfo.InvariantCulture,
            $"of {file.Length:N0} bytes {what}; up to {most:N0} are unpacked of it, {limits.MostRatio} times its size");
        return new FetchException(
            $"the archive '{archive}' {limit}: it is no data set. What was unpacked is removed; delete the archive and " +
            "fetch the data set from where it is published.");
    }

    private void MakeFolder(string path, string name)
    {
        if (File.Exists(path))
        {
            throw Twice(name);
        }

        Directory.CreateDirectory(path);
    }

    private FetchException Twice(string name) => new(
        $"'{archive}' holds the name '{Shortened(name)}' twice: which is meant is not known, and it is not unpacked. " +
        "Delete it and fetch the data set from where it is published.");

    private delegate int Reader(Span<byte> buffer);

    private (long Bytes, uint Crc) Copy(Reader read, string path, string name, long limit)
    {
        using FileStream target = Create(path, name);
        uint crc = 0;
        long bytes = 0;
        while (read(buffer) is var count and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            bytes += count;
            written += count;
            if (bytes > limit)
            {
                break; // more than the archive promised: damaged, or meant to fill the disk
            }

            crc = Crc32.Append(crc, buffer.AsSpan(0, count));
            target.Write(buffer, 0, count);
            progress?.Invoke(file.Position, file.Length);
        }

        return (bytes, crc);
    }

    private FileStream Create(string path, string name)
    {
        if (path.Length <= folder.Length + 1 || File.Exists(path) || Directory.Exists(path))
        {
            throw Twice(name);
        }

        string around = Path.GetDirectoryName(path)!;
        if (File.Exists(around))
        {
            throw Twice(name);
        }

        Directory.CreateDirectory(around);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
    }

    /// <summary>What comes out of GZIP, up to the limit: headers and what is skipped count too.</summary>
    private sealed class LimitedStream(Stream unzipped, ArchiveUnpacker unpacker) : Stream
    {
        // Headers and padding of small files are more than their content.
        private const int HeadersPerByte = 4;

        private long came;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => came;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            unpacker.cancellation.ThrowIfCancellationRequested();
            int read = unzipped.Read(buffer);
            came += read;
            return came / HeadersPerByte <= unpacker.most
                ? read
                : throw unpacker.TooMuch(string.Create(CultureInfo.InvariantCulture, $"unpacks to {came:N0} and more"));
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
