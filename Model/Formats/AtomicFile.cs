// A file is whole or it is not there: it is written beside its place and then renamed into it. Ctrl-C, a full disk or
// a crash leave the old file as it was.

namespace NativeCnn.Model.Formats;

/// <summary>Writes files that are never seen half written.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file, replacing the one that is there, in one step (POSIX rename, Windows MoveFileEx).
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">
    /// Writes the content. If it throws, nothing changes and the error goes on to the caller.
    /// </param>
    /// <param name="durable">
    /// Whether it waits until the content has reached the disk. Without that, a crash of the machine may leave a file
    /// of the right name and wrong content: for files that carry a checksum and can be made again.
    /// </param>
    /// <exception cref="FileWriteException">The folder is missing, cannot be written to, or its disk is full.</exception>
    public static void Write(string path, Action<Stream> write, bool durable = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);

        // In the same folder, so that the rename stays within one file system; hidden, so that a data set never sees
        // it.
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        UnfinishedFiles.Add(temporary);
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: durable);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            DeleteIfThere(temporary);
            if (FileWriteException.Of(path, error) is { } named)
            {
                throw named;
            }

            throw;
        }
        finally
        {
            UnfinishedFiles.Remove(temporary);
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark, as <see cref="Write"/> does.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="FileWriteException">The folder is missing, cannot be written to, or its disk is full.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true);
            writer.Write(text);
        });
    }

    // What cannot be deleted is cleared away by who writes into the folder next; the first error is the one to tell.
    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
