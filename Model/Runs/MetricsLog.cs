// metrics.jsonl: a line an epoch, on disk as soon as the epoch is over. A run that was killed may leave its last line
// cut short; that line is passed over, and a resumed run continues after the last epoch of its checkpoint.

using System.Text.Json;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>Appends epochs to <c>metrics.jsonl</c>, and reads them back.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MetricsLog : IDisposable
{
    private readonly string path;
    private readonly StreamWriter writer;

    /// <summary>Opens the log to continue after an epoch; lines of later epochs are taken out.</summary>
    /// <param name="path">The file; made where it is missing, in a folder that exists.</param>
    /// <param name="lastEpoch">The last epoch to keep: that of the checkpoint, 0 for a new run.</param>
    /// <param name="last">
    /// What the checkpoint says of that epoch: put back, without seconds, where the log lacks it, as of a process that
    /// was killed between the two.
    /// </param>
    /// <exception cref="RunException">A line to keep is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public MetricsLog(string path, int lastEpoch = 0, EpochMetrics? last = null)
    {
        this.path = path;
        List<EpochMetrics> kept = lastEpoch > 0 && File.Exists(path)
            ? [.. Read(path).Where(epoch => epoch.Epoch <= lastEpoch)]
            : [];
        if (last is not null && last.Epoch == lastEpoch && !kept.Exists(epoch => epoch.Epoch == lastEpoch))
        {
            kept.Add(last with { Seconds = null });
        }

        AtomicFile.WriteText(path, string.Concat(kept.Select(epoch => epoch.ToJson() + "\n")));

        FileStream stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        writer = new StreamWriter(stream) { NewLine = "\n", AutoFlush = true };
    }

    /// <summary>Appends an epoch and hands it to the operating system.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append(EpochMetrics epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        try
        {
            // In one piece: a full disk then leaves a part of the line at most, which is passed over.
            writer.WriteLine(epoch.ToJson());
        }
        catch (Exception error) when (FileWriteException.Of(path, error) is { } named)
        {
            throw named;
        }
    }

    /// <summary>
    /// Reads a log. A last line without its line break that is no JSON was cut short, and is passed over.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The epochs, in the order of their lines.</returns>
    /// <exception cref="RunException">Any other line is damaged; the message gives its number.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IReadOnlyList<EpochMetrics> Read(string path)
    {
        // The training that writes the file may still be running.
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream);
        string[] lines = reader.ReadToEnd().Split('\n');
        List<EpochMetrics> epochs = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            try
            {
                epochs.Add(EpochMetrics.FromJson(lines[i]));
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                // Cut short: the split left it without a line break after it.
            }
            catch (JsonException error)
            {
                throw new RunException(
                    $"'{path}', line {i + 1}: not an epoch's metrics; mend the line, or take it out.", error);
            }
        }

        return epochs;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => writer.Dispose();
}
