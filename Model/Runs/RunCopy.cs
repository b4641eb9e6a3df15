// A run that another worker began goes on in a folder of this one: the other may still live, only too slow, and write.
namespace NativeCnn.Model.Runs;

/// <summary>Copies a run that can be resumed.</summary>
public static class RunCopy
{
    /// <summary>Copies a run folder with a checkpoint, whole or not at all.</summary>
    /// <param name="from">The run folder, which a training may be writing at this moment.</param>
    /// <param name="to">The folder to make; it must not exist, and the one above it must.</param>
    /// <returns>False where there is no checkpoint to go on from, or the folder goes away meanwhile.</returns>
    public static bool TryMake(string from, string to)
    {
        var run = RunFolder.At(from);
        if (!RunFolder.HasCheckpoint(from) || !File.Exists(run.ConfigPath))
        {
            return false;
        }

        string made = to + ".copy";
        try
        {
            var copy = RunFolder.Create(made);

            // The checkpoint first: what a training adds meanwhile to the other files is then later than it, and is
            // what resuming takes out.
            File.Copy(run.CheckpointFile, copy.CheckpointFile, overwrite: true);
            foreach (string file in Directory.GetFiles(from).Where(path => !RunLock.IsNoPartOfARun(path)))
            {
                File.Copy(file, Path.Combine(made, Path.GetFileName(file)), overwrite: true);
            }

            Directory.Move(made, to);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            if (Directory.Exists(made))
            {
                Directory.Delete(made, recursive: true);
            }

            return false;
        }
    }
}
