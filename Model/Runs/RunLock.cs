// One training writes a run folder at a time. The lock is the operating system's, on a file in the folder, so that a
// process that is killed leaves none; who holds it stands in a file beside it.
using System.Globalization;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Runs;

/// <summary>The right to write a run folder, until it is disposed or the process ends.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RunLock : IDisposable
{
    private const string Name = ".lock";
    private const string HolderName = ".lock-holder";
    private const string Leftovers = ".*.tmp";

    private readonly FileStream file;
    private readonly string folder;

    private RunLock(FileStream file, string folder)
    {
        this.file = file;
        this.folder = folder;
    }

    /// <summary>Takes the lock, and clears away what a killed process had half written.</summary>
    /// <param name="folder">The run folder; it is made where it is not there.</param>
    /// <exception cref="RunException">Another training writes the folder, or it cannot be written.</exception>
    /// <exception cref="FileWriteException">Its disk is full, or read-only.</exception>
    public static RunLock Take(string folder)
    {
        RunFolder run = RunFolder.Create(folder);
        string path = Path.Combine(run.Root, Name);
        string holder = Path.Combine(run.Root, HolderName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new RunException(
                $"the run folder '{folder}' cannot be written ({error.Message}): give another --output", error);
        }
        catch (IOException error) when (FileWriteException.Of(path, error) is { } named)
        {
            throw named;
        }
        catch (IOException error)
        {
            string who = File.Exists(holder) ? $" ({File.ReadAllText(holder).Trim()})" : "";
            throw new RunException(
                $"another training writes the run folder '{folder}'{who}: wait for it, or give another --output", error);
        }

        foreach (string left in Directory.GetFiles(run.Root, Leftovers)
            .Concat(Directory.GetFiles(run.CheckpointPath, Leftovers)))
        {
            File.Delete(left);
        }

        AtomicFile.WriteText(holder, string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTime.Now:yyyy-MM-dd HH:mm:ss}\n"));
        return new RunLock(file, run.Root);
    }

    /// <summary>Whether a training holds the lock of a folder at this moment.</summary>
    /// <param name="folder">The run folder.</param>
    public static bool IsTaken(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using FileStream free = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return false;
        }
        catch (Exception error) when (error is FileNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Whether a file of a run folder is of a lock, or was half written: no part of a run.</summary>
    /// <param name="path">The file.</param>
    public static bool IsNoPartOfARun(string path) =>
        Path.GetFileName(path) is Name or HolderName
        || (Path.GetFileName(path)[0] == '.' && path.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>Gives the folder back.</summary>
    public void Dispose()
    {
        File.Delete(Path.Combine(folder, HolderName));
        File.Delete(Path.Combine(folder, Name));
        file.Dispose();
    }
}
