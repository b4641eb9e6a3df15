using NativeCnn.Model.Jobs;

namespace NativeCnn.Model.Runs;

/// <summary>The runs below a folder.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Runs">The runs, the newest first.</param>
/// <param name="Others">Names of folders that are no runs.</param>
public sealed record RunList(IReadOnlyList<RunSummary> Runs, IReadOnlyList<string> Others)
{
    /// <summary>The runs that lie in a folder, or the one that it is itself.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RunException">There is no such folder, or it cannot be read.</exception>
    public static RunList Of(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
        {
            throw new RunException(
                $"there is no folder '{folder}' with runs: give the one that holds the --output folders of trainings");
        }

        try
        {
            if (RunSummary.Of(folder) is { } itself)
            {
                return new RunList([itself], []);
            }

            (string Path, RunSummary? Run)[] all =
            [
                .. Directory.GetDirectories(folder).Where(path => !JobFolder.IsShared(path))
                    .Order(StringComparer.Ordinal)
                    .Select(path => (path, RunSummary.Of(path))),
            ];
            return new RunList(
                [.. all.Select(one => one.Run).OfType<RunSummary>().OrderByDescending(run => run.Date)],
                [.. all.Where(one => one.Run is null).Select(one => Path.GetFileName(one.Path))]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"the folder '{folder}' cannot be read: {error.Message}", error);
        }
    }
}
