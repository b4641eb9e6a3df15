// From the name of a published data set to a folder that `train --data` takes: download, check, unpack, rename. The
// folder is there whole or not at all; what is half done lies beside it and is gone on with.
//   DIR.zip.part, DIR.zip.part.info    while it is downloaded
//   DIR.zip                            once its checksum is right; deleted when it is unpacked
//   DIR.unpacking                      while it is unpacked

using System.Security.Cryptography;
using NativeCnn.Model.Data;

namespace NativeCnn.Tools.Fetch;

/// <summary>Fetches published data sets.</summary>
public static class DataSetFetcher
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Fetches a data set into a folder.</summary>
    /// <param name="wanted">The data set.</param>
    /// <param name="folder">The folder; it must not be there, or be empty, or hold that data set already.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the stage, bytes done, and all bytes where they are known.</param>
    /// <param name="cancellation">Stops; the same call goes on with what has come.</param>
    /// <exception cref="FetchException">It could not be fetched; the message says why and what to do.</exception>
    /// <exception cref="DataSetException">The folder holds something else.</exception>
    public static FetchResult Fetch(
        PublishedDataSet wanted, string folder, FetchOptions? options = null,
        Action<FetchStage, long, long?>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new FetchOptions();
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            return AlreadyThere(wanted, folder);
        }

        string archive = folder + wanted.Extension;
        Directory.CreateDirectory(Path.GetDirectoryName(archive)!);
        if (!File.Exists(archive))
        {
            string part = archive + ".part";
            // HttpDownload looks at where a server sends on to.
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
            client.DefaultRequestHeaders.UserAgent.ParseAdd("nativecnn");
            new HttpDownload(client, options.Download)
                .Run(
                    options.Address ?? wanted.Address, part,
                    (done, total) => progress?.Invoke(FetchStage.Download, done, total), cancellation)
                .GetAwaiter().GetResult();
            File.Move(part, archive);
        }

        string vouched = Check(wanted, archive, progress, cancellation);
        string? left = Unpack(wanted, archive, folder, progress, cancellation);
        if (!options.KeepArchive)
        {
            File.Delete(archive);
        }

        (int clips, string? warning) = Count(wanted, folder);
        return new FetchResult(folder, clips, vouched, WasThere: false, warning ?? left);
    }

    private static FetchResult AlreadyThere(PublishedDataSet wanted, string folder)
    {
        (int clips, string? warning) = File.Exists(folder) ? (0, "a file") : Count(wanted, folder);
        return warning is null
            ? new FetchResult(folder, clips, "not fetched again", WasThere: true, Warning: null)
            : throw new DataSetException(
                $"'{folder}' is there already and is not the whole of {wanted.Reader}: give another --output, or " +
                "move it away.");
    }

    // A wrong archive is deleted: going on with it would never make it right.
    private static string Check(
        PublishedDataSet wanted, string archive, Action<FetchStage, long, long?>? progress,
        CancellationToken cancellation)
    {
        long length = new FileInfo(archive).Length;
        if (wanted.Bytes is { } bytes && bytes != length)
        {
            File.Delete(archive);
            throw new FetchException(
                $"the archive of {wanted.Name} has {length} bytes, {bytes} were expected; it is deleted, give the " +
                "same command again or another --url");
        }

        if (wanted.Checksum is not { } checksum)
        {
            return "no checksum is published; every file's CRC-32 is right";
        }

        using var hash = IncrementalHash.CreateHash(
            checksum.Algorithm == "MD5" ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256);
        using (FileStream file = File.OpenRead(archive))
        {
            byte[] buffer = new byte[BufferBytes];
            while (file.Read(buffer) is var read and > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                progress?.Invoke(FetchStage.Check, file.Position, length);
            }
        }

        string came = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (came == checksum.Hex)
        {
            return $"{checksum.Algorithm} is right";
        }

        File.Delete(archive);
        throw new FetchException(
            $"the {checksum.Algorithm} checksum of {wanted.Name} is {came}, {checksum.Hex} was expected; the archive " +
            "is deleted, give the same command again or another --url");
    }

    // What was left out, or null. A failure leaves nothing of what was unpacked.
    private static string? Unpack(
        PublishedDataSet wanted, string archive, string folder, Action<FetchStage, long, long?>? progress,
        CancellationToken cancellation)
    {
        string unpacking = folder + ".unpacking";
        if (Directory.Exists(unpacking))
        {
            Directory.Delete(unpacking, recursive: true); // what an interruption left
        }

        int leftOut;
        try
        {
            Directory.CreateDirectory(unpacking);
            leftOut = ArchiveUnpacker.Unpack(
                archive, wanted.Archive, unpacking, (done, total) => progress?.Invoke(FetchStage.Unpack, done, total),
                cancellation);
        }
        catch (FetchException)
        {
            Directory.Delete(unpacking, recursive: true);
            throw;
        }

        // Most archives wrap their content in one folder, whose name says the version.
        string[] top = [.. Directory.EnumerateFileSystemEntries(unpacking)];
        string content = top is [var only] && Directory.Exists(only) ? only : unpacking;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder); // it is empty
        }

        Directory.Move(content, folder);
        if (content != unpacking)
        {
            Directory.Delete(unpacking);
        }

        return leftOut == 0 ? null
            : $"{leftOut} {(leftOut == 1 ? "name" : "names")} of the archive that are links or devices are left out";
    }

    private static (int Clips, string? Warning) Count(PublishedDataSet wanted, string folder)
    {
        try
        {
            DataSet data = DataSetCatalog.Read(folder, minimumClasses: 1);
            return data.Reader != wanted.Reader
                ? (data.Entries.Count, $"'{folder}' is read as {data.Reader}, {wanted.Reader} was expected")
                : data.Entries.Count < wanted.Clips
                    ? (data.Entries.Count, $"{data.Entries.Count} clips are there, {wanted.Clips} were expected")
                    : (data.Entries.Count, data.Notes.Count > 0 ? data.Notes[0] : null);
        }
        catch (DataSetException error)
        {
            return (0, error.Message);
        }
    }
}
