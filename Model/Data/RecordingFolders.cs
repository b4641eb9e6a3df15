// Folders of recordings that are no clips: noise, room impulse responses. What is in them, and whether it is still the
// same when a run is resumed.
using System.IO.Hashing;
using System.Runtime.InteropServices;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.Data.Known;

namespace NativeCnn.Model.Data;

/// <summary>Finds the sound files of <see cref="RecordingFolder"/>.</summary>
public static class RecordingFolders
{
    /// <summary>The sound files of a folder, with all that is nested in it, in ordinal order.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DataSetException">There is no such folder, or no sound in it.</exception>
    public static IReadOnlyList<string> FilesOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            string[] files = !Directory.Exists(folder)
                ? throw new DataSetException($"there is no folder '{folder}'")
                : [.. FolderWalk.Of(folder).Files.Where(SoundFiles.IsSound)];
            return files.Length > 0
                ? Array.ConvertAll(files, file => Path.Combine(folder, file))
                : throw new DataSetException($"there are no sound files in '{folder}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"the folder '{folder}' cannot be listed: {error.Message}", error);
        }
    }

    /// <summary>A folder by its full path, with the fingerprint of what is in it.</summary>
    /// <param name="asked">What was asked for; <see cref="RecordingFolder.OfDataSet"/> for the data set's own.</param>
    /// <param name="data">The data set.</param>
    /// <param name="option">What the option is called, for messages.</param>
    /// <exception cref="DataSetException">There is no such folder, or no sound in it; the message says what to give.
    /// </exception>
    public static RecordingFolder Resolve(RecordingFolder asked, DataSet data, string option)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(data);
        string folder = asked.Folder;
        if (folder == RecordingFolder.OfDataSet)
        {
            folder = FolderOf(data) ?? (Directory.Exists(folder) ? folder : throw new DataSetException(
                $"{option}: '{data.Source}' has no folder {SpeechCommandsReader.NoiseFolder}; " +
                "name a folder of recordings, as in background=DIR"));
        }

        try
        {
            folder = Path.GetFullPath(folder);
            return new RecordingFolder { Folder = folder, Fingerprint = FingerprintOf(folder) };
        }
        catch (DataSetException error)
        {
            throw new DataSetException($"{option}: {error.Message}; give a folder of recordings", error);
        }
    }

    /// <summary>Refuses a folder that is not what it was.</summary>
    /// <param name="folder">A folder with its fingerprint.</param>
    /// <exception cref="DataSetException">It is gone, or something else is in it.</exception>
    public static void ExpectUnchanged(RecordingFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string now;
        try
        {
            now = FingerprintOf(folder.Folder);
        }
        catch (DataSetException error)
        {
            throw new DataSetException(
                $"the run takes recordings from '{folder.Folder}', and now {error.Message}: put them back, or " +
                "begin a new run",
                error);
        }

        if (folder.Fingerprint is { } before && before != now)
        {
            throw new DataSetException(
                $"the recordings in '{folder.Folder}' are not those that the run was begun with: put them back, or " +
                "begin a new run");
        }
    }

    /// <summary>The folder _background_noise_ of a data set; null where it has none.</summary>
    internal static string? FolderOf(DataSet data)
    {
        const string Name = "/" + SpeechCommandsReader.NoiseFolder + "/";
        if (data.BackgroundNoise.Count == 0)
        {
            return null;
        }

        string file = data.BackgroundNoise[0].Replace('\\', '/');
        int at = file.LastIndexOf(Name, StringComparison.Ordinal);
        return at < 0 ? null : Path.GetFullPath(file[..(at + Name.Length - 1)]);
    }

    private static string FingerprintOf(string folder)
    {
        IReadOnlyList<string> files = FilesOf(folder);
        var hashes = new UInt128[files.Count];
        Parallel.For(0, files.Count, i =>
        {
            hashes[i] = ContentHash.With(
                ContentHash.TryOf(files[i], _ => { }) ?? 0,
                Path.GetRelativePath(folder, files[i]).Replace('\\', '/'));
        });
        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes<UInt128>(hashes)).ToString("x32");
    }
}
