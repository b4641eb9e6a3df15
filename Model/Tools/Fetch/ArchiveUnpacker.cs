// Unpacks archives that strangers made: nothing is written outside the folder, links are left out, and every file's
// checksum is looked at.

using System.Formats.Tar;
using System.IO.Compression;

namespace NativeCnn.Tools.Fetch;

internal static class ArchiveUnpacker
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Unpacks an archive into a folder.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="kind">How it is packed.</param>
    /// <param name="folder">A folder that is there.</param>
    /// <param name="progress">Told bytes of the archive that are done, and all of them.</param>
    /// <param name="cancellation">Stops between two blocks.</param>
    /// <exception cref="FetchException">The archive is damaged, or a name in it leads out of the folder.</exception>
    public static void Unpack(
        string archive, ArchiveKind kind, string folder, Action<long, long?>? progress, CancellationToken cancellation)
    {
        try
        {
            using FileStream file = File.OpenRead(archive);
            Action moved = () => progress?.Invoke(file.Position, file.Length);
            if (kind == ArchiveKind.Zip)
            {
                UnpackZip(file, archive, folder, moved, cancellation);
            }
            else
            {
                UnpackTarGz(file, archive, folder, moved, cancellation);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Damaged(archive, error.Message, error);
        }
        catch (IOException error)
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
        return leadsOut
            ? throw new FetchException(
                $"'{archive}' holds the name '{entry}', which leads out of the folder: it is not unpacked. " +
                "Delete it and fetch the data set from where it is published.")
            : path;
    }

    private static void UnpackZip(
        FileStream file, string archive, string folder, Action moved, CancellationToken cancellation)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            const int linkType = 0xA000;
            const int typeMask = 0xF000;
            string path = PathOf(folder, entry.FullName, archive);
            if (entry.FullName.EndsWith('/') || entry.FullName.EndsWith('\\'))
            {
                Directory.CreateDirectory(path);
            }
            else if ((entry.ExternalAttributes >> 16 & typeMask) != linkType)
            {
                using Stream content = entry.Open();
                (long bytes, uint crc) = Copy(content, path, entry.Length, moved, cancellation);
                if (bytes != entry.Length || crc != entry.Crc32)
                {
                    throw Damaged(archive, $"'{entry.FullName}' is not as long as it should be, or its CRC-32 differs");
                }
            }
        }
    }

    private static void UnpackTarGz(
        FileStream file, string archive, string folder, Action moved, CancellationToken cancellation)
    {
        using var unzipped = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        using (var tar = new TarReader(unzipped, leaveOpen: true))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                string path = PathOf(folder, entry.Name, archive);
                if (entry.EntryType == TarEntryType.Directory)
                {
                    Directory.CreateDirectory(path);
                }
                else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    Copy(entry.DataStream ?? Stream.Null, path, entry.Length, moved, cancellation);
                }
            }
        }

        // To the very end, where GZIP keeps the checksum of all.
        byte[] rest = new byte[BufferBytes];
        while (unzipped.Read(rest) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static (long Bytes, uint Crc) Copy(
        Stream content, string path, long limit, Action moved, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] buffer = new byte[BufferBytes];
        uint crc = 0;
        long bytes = 0;
        while (content.Read(buffer) is var read and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            bytes += read;
            if (bytes > limit)
            {
                break; // more than the archive promised: damaged, or meant to fill the disk
            }

            crc = Crc32.Append(crc, buffer.AsSpan(0, read));
            target.Write(buffer, 0, read);
            moved();
        }

        return (bytes, crc);
    }

    private static FetchException Damaged(string archive, string why, Exception? cause = null)
    {
        string message = $"the archive '{archive}' is damaged: {why.ReplaceLineEndings(" ")} " +
            "Delete it and give the same command again.";
        return cause is null ? new FetchException(message) : new FetchException(message, cause);
    }
}
