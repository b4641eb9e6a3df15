// The recordings that augmentation takes, from their folders to the device, and what is told of them: a line a folder.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.Data;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

internal static class AugmentationRecordings
{
    /// <summary>The options with their folders' full paths and fingerprints.</summary>
    /// <exception cref="DataSetException">A folder is not there, or has no sound.</exception>
    public static AugmentationOptions Resolve(AugmentationOptions options, DataSet data, string option) => options with
    {
        Background = options.Background is { } background
            ? RecordingFolders.Resolve(background, data, $"{option} background")
            : null,
        Rooms = options.Rooms is { } rooms ? RecordingFolders.Resolve(rooms, data, $"{option} rir") : null,
    };

    /// <summary>Refuses to resume a run whose recordings are gone or changed.</summary>
    /// <exception cref="DataSetException">They are.</exception>
    public static void ExpectUnchanged(RunConfig config)
    {
        AugmentationOptions options = config.Training.Augmentation;
        foreach (RecordingFolder folder in new[] { options.Background, options.Rooms, config.Keywords?.Recordings }
            .OfType<RecordingFolder>().Distinct())
        {
            RecordingFolders.ExpectUnchanged(folder);
        }
    }

    /// <summary>Reads what the options name and brings it to the device.</summary>
    /// <param name="device">Where training runs.</param>
    /// <param name="config">The options, the rate and the clips' length.</param>
    /// <param name="source">What augmentation needs beside.</param>
    /// <param name="remark">Told what was left out.</param>
    /// <exception cref="DataSetException">Not one file of a folder can be used.</exception>
    public static FeatureSource AddTo(
        ComputeDevice device, RunConfig config, FeatureSource source, Action<string> remark)
    {
        AugmentationOptions options = config.Training.Augmentation;
        int rate = config.Features.SampleRate;
        long seed = config.Training.Seed;
        return source with
        {
            Background = options.Background is { } background
                ? BankOf(background, "recordings", files => RecordingReader.Read(device, files, rate, seed))
                : null,
            Rooms = options.Rooms is { } rooms
                ? BankOf(rooms, "room impulse responses", files => RecordingReader.ReadResponses(
                    device, files, rate, config.ClipSamples, seed))
                : null,
        };

        RecordingBank BankOf(RecordingFolder folder, string kind, Func<IReadOnlyList<string>, ReadRecordings> read)
        {
            IReadOnlyList<string> files = RecordingFolders.FilesOf(folder.Folder);
            ReadRecordings found = read(files);
            if (found.Samples.Count == 0)
            {
                throw new DataSetException(
                    $"not one of the {files.Count} {kind} in '{folder.Folder}' can be used; the first: " +
                    found.Skipped[0]);
            }

            if (found.Left + found.Skipped.Count > 0)
            {
                double minutes = found.Samples.Sum(one => (double)one.Length) / rate / 60;
                string left = found.Left == 0 ? "" : string.Create(
                    CultureInfo.InvariantCulture,
                    $"; {found.Left} have no room beside {minutes:0.#} minutes of others");
                string skipped = found.Skipped.Count == 0 ? ""
                    : $"; {found.Skipped.Count} cannot be used, the first: {found.Skipped[0]}";
                remark($"{found.Samples.Count} of {files.Count} {kind} in '{folder.Folder}' are taken{left}{skipped}");
            }

            return new RecordingBank(device, found.Samples);
        }
    }
}
