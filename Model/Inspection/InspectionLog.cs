// inspect.jsonl: a line a recorded step. The lines of an epoch are written before its checkpoint is: a resumed run
// takes out those of later epochs and makes them again, to the same bytes. They are not flushed to the disk, which would
// take longer than recording: a killed process loses none, a machine without power may lose the last ones.

using System.Text.Json;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Inspection;

/// <summary>Appends recorded steps to <c>inspect.jsonl</c>, and reads them back.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public static class InspectionLog
{
    /// <summary>Takes out the lines of epochs after one, and a last line that was cut short.</summary>
    /// <param name="path">The file; nothing is done where it is missing.</param>
    /// <param name="lastEpoch">The last epoch to keep.</param>
    /// <exception cref="RunException">A line is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Trim(string path, int lastEpoch)
    {
        if (!File.Exists(path))
        {
            return;
        }

        string text = RegularFile.ReadAllText(path);
        string kept = string.Concat(
            Steps(path, text).Where(one => one.Step.Epoch <= lastEpoch).Select(one => one.Line + "\n"));
        if (kept != text)
        {
            AtomicFile.WriteText(path, kept);
        }
    }

    /// <summary>Appends steps, and hands them to the operating system.</summary>
    /// <param name="path">The file; made where it is missing, in a folder that exists.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Append(string path, IReadOnlyList<StepInspection> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            return;
        }

        try
        {
            using FileStream stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            foreach (StepInspection step in steps)
            {
                InspectionWriter.Write(stream, step);
                stream.WriteByte((byte)'\n');
            }
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
    /// <returns>The steps, in the order of their lines; none where the file is missing.</returns>
    /// <exception cref="RunException">Any other line is damaged; the message gives its number.</exception>
    public static IReadOnlyList<StepInspection> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        // The training that writes the file may still be running.
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream);
        return [.. Steps(path, reader.ReadToEnd()).Select(one => one.Step)];
    }

    private static List<(string Line, StepInspection Step)> Steps(string path, string text)
    {
        string[] lines = text.Split('\n');
        List<(string Line, StepInspection Step)> steps = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            try
            {
                var step = StepInspection.FromJson(lines[i]);
                steps.Add(step.Stages is null
                    ? throw new JsonException("it has no stages")
                    : (lines[i], step));
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                // Cut short: the split left it without a line break after it.
            }
            catch (JsonException error)
            {
                throw new RunException(
                    $"'{path}', line {i + 1}: not a recorded step; take the line out.", error);
            }
        }

        return steps;
    }
}
