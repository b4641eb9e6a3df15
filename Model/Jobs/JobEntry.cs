// A job is one file, and its name is its state:
//     0007.waiting.0.0                          nobody has had it
//     0007.claimed.2.1.node3-4711-9f8e7d6c      its second attempt, after one crash
//     0007.done.2.1.node3-4711-9f8e7d6c
// Each change of state is one rename of a name that only this state has, so that of several who try one succeeds.
using System.Globalization;

namespace NativeCnn.Model.Jobs;

/// <summary>A job and its state, as the name of its file says them.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">The batch that it belongs to, from 0: jobs of one are done before those of the next.</param>
/// <param name="Number">Its number, from 0.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempt">How many workers have had it.</param>
/// <param name="Crashes">How many of them ended, or fell silent, before it was done.</param>
/// <param name="Owner">Who has it or settled it; empty for nobody.</param>
public sealed record JobEntry(int Batch, int Number, JobState State, int Attempt, int Crashes, string Owner)
{
    private const int Parts = 5;

    /// <summary>Whether nothing more is to be done about it.</summary>
    public bool IsSettled => State is JobState.Done or JobState.Failed;

    /// <summary>What folders and messages call its attempt: <c>0-0007.2</c>.</summary>
    public string AttemptName => string.Create(CultureInfo.InvariantCulture, $"{Batch}-{Number:0000}.{Attempt}");

    /// <summary>The name of its file.</summary>
    public string FileName => string.Create(
        CultureInfo.InvariantCulture,
        $"{Number:0000}.{State.ToString().ToLowerInvariant()}.{Attempt}.{Crashes}") +
        (Owner.Length > 0 ? $".{Owner}" : "");

    /// <summary>The job that a file is; null for a file that is none.</summary>
    /// <param name="batch">The batch whose folder holds the file.</param>
    /// <param name="fileName">Its name.</param>
    public static JobEntry? Parse(int batch, string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        string[] parts = fileName.Split('.', Parts);
        return parts.Length >= Parts - 1 &&
            IsWhole(parts[0], out int number) && IsWhole(parts[2], out int attempt) &&
            IsWhole(parts[3], out int crashes) &&
            Enum.TryParse(parts[1], ignoreCase: true, out JobState state) && !char.IsAsciiDigit(parts[1][0])
            ? new JobEntry(batch, number, state, attempt, crashes, parts.Length == Parts ? parts[^1] : "")
            : null;
    }

    private static bool IsWhole(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
