// Jobs that any number of workers share: processes that know nothing of each other but a folder, on one machine or, by
// a network file system, on many. All that it needs of the file system is that a rename is one step.
//
//   D/jobs/jobs.json             what the jobs are; the same whoever makes them
//   D/jobs/batch-0/              one file a job, whose name is its state (JobEntry)
//   D/jobs/attempts/0-0007.2/    what the second worker that had job 7 makes; nobody else writes there
//   D/jobs/results/0-0007.2.*    what it came to: written before the job is called done, named by its state
//   D/name/                      what a job leaves, brought from its attempt when it is done
//
// Folders appear whole: they are made beside their place and renamed, which fails where another was first. A job is
// done when claimed.N.owner is renamed to done.N.owner. Who lost the claim does not have that name any more, so that
// its rename fails, whatever it has written: into its own attempt alone.
using System.Globalization;
using System.Text.Json;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Jobs;

/// <summary>A folder of jobs.</summary>
/// <remarks>Thread-safe: it has no state of its own.</remarks>
public sealed class JobFolder
{
    private const string Jobs = "jobs";
    private const string DefinitionName = "jobs.json";
    private const string NumbersName = "numbers.json";
    private const string BatchPrefix = "batch-";

    private JobFolder(string root, string definition)
    {
        Root = root;
        Definition = definition;
    }

    /// <summary>The folder D.</summary>
    public string Root { get; }

    /// <summary>What the jobs are, as their maker wrote it.</summary>
    public string Definition { get; }

    private string JobsPath => Path.Combine(Root, Jobs);

    /// <summary>Whether a folder is what workers share, beside what the jobs left.</summary>
    /// <param name="path">The folder.</param>
    public static bool IsShared(string path) => File.Exists(Path.Combine(path, DefinitionName));

    /// <summary>Whether a folder holds jobs.</summary>
    /// <param name="root">The folder D.</param>
    public static bool IsIn(string root) => IsShared(Path.Combine(root, Jobs));

    /// <summary>Makes the jobs of a folder, or finds them there.</summary>
    /// <param name="root">The folder D; made where it is not there.</param>
    /// <param name="definition">What the jobs are.</param>
    /// <param name="count">How many jobs the first batch has.</param>
    /// <returns>The folder; its <see cref="Definition"/> is that of whoever was first.</returns>
    /// <exception cref="JobException">It holds something else, or cannot be written.</exception>
    public static JobFolder OpenOrMake(string root, string definition, int count)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        ArgumentNullException.ThrowIfNull(definition);
        if (File.Exists(root))
        {
            throw new JobException($"'{root}' is a file: name a folder for the jobs");
        }

        if (!IsIn(root))
        {
            Attempt(root, () => Directory.CreateDirectory(root));

            // Others may be making the same at this moment, beside their place; then their names begin with a point.
            if (Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName)
                .FirstOrDefault(name => name is not Jobs && name![0] != '.') is { } other)
            {
                throw new JobException(
                    $"the folder '{root}' holds '{other}' and no jobs: give an empty one, or one that is not there");
            }

            string made = Path.Combine(root, $".{Jobs}.{Guid.NewGuid():N}.tmp");
            Attempt(root, () =>
            {
                Directory.CreateDirectory(Path.Combine(made, "attempts"));
                Directory.CreateDirectory(Path.Combine(made, "results"));
                AtomicFile.WriteText(Path.Combine(made, DefinitionName), definition);
                FillBatch(Path.Combine(made, $"{BatchPrefix}0"), [.. Enumerable.Range(0, count)]);
                MoveUnlessThere(made, Path.Combine(root, Jobs));
            });
        }

        return Open(root);
    }

    /// <summary>Opens a folder that holds jobs.</summary>
    /// <param name="root">The folder D.</param>
    /// <exception cref="JobException">It holds none, or cannot be read.</exception>
    public static JobFolder Open(string root)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        string path = Path.Combine(root, Jobs, DefinitionName);
        try
        {
            return new JobFolder(root, File.ReadAllText(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new JobException(
                $"the folder '{root}' holds no jobs: `nativecnn sweep SPEC.toml --dir {root}` makes them", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"the jobs of '{root}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whether a batch has been made.</summary>
    public bool HasBatch(int batch) => Directory.Exists(BatchPath(batch));

    /// <summary>Makes a batch, unless another worker did.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="numbers">The numbers of its jobs, one at least; the same whoever makes it.</param>
    public void MakeBatch(int batch, IReadOnlyList<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (HasBatch(batch))
        {
            return;
        }

        string made = Path.Combine(JobsPath, $".{BatchPrefix}{batch}.{Guid.NewGuid():N}.tmp");
        Attempt(Root, () =>
        {
            FillBatch(made, numbers);
            MoveUnlessThere(made, BatchPath(batch));
        });
    }

    /// <summary>The last batch that has been made.</summary>
    public int LastBatch
    {
        get
        {
            int batch = 0;
            while (HasBatch(batch + 1))
            {
                batch++;
            }

            return batch;
        }
    }

    /// <summary>
    /// Gives a failed job back to the workers: it waits again, with no crash counted. The number of its attempts stays,
    /// so that the next has a folder of its own and goes on from what the last one left.
    /// </summary>
    /// <param name="failed">The job, failed.</param>
    /// <returns>False where it has not failed, or another gave it back at the same moment.</returns>
    public bool TryRetry(JobEntry failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        return failed.State == JobState.Failed && TryChange(
            failed, failed with { State = JobState.Waiting, Crashes = 0, Owner = "" }, isOwn: false);
    }

    /// <summary>The numbers of a batch's jobs.</summary>
    /// <exception cref="JobException">There is no such batch.</exception>
    public IReadOnlyList<int> NumbersOf(int batch)
    {
        string path = Path.Combine(BatchPath(batch), NumbersName);
        try
        {
            return JsonSerializer.Deserialize<int[]>(File.ReadAllText(path)) ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new JobException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// The jobs of a batch, by number. One that changed its state while the folder was read may be missing: a look
    /// later it is there.
    /// </summary>
    public IReadOnlyList<JobEntry> JobsOf(int batch)
    {
        // A folder that changes while it is read may show a job under two names: the later state is the true one.
        try
        {
            return
            [
                .. Directory.EnumerateFiles(BatchPath(batch))
                    .Select(path => JobEntry.Parse(batch, Path.GetFileName(path))).OfType<JobEntry>()
                    .GroupBy(job => job.Number)
                    .Select(names => names.MaxBy(job => (job.IsSettled, job.Attempt, job.Crashes))!)
                    .OrderBy(job => job.Number),
            ];
        }
        catch (DirectoryNotFoundException error)
        {
            throw new JobException($"there is no '{BatchPath(batch)}': the folder '{Root}' was changed", error);
        }
    }

    /// <summary>The file that a job is.</summary>
    public string PathOf(JobEntry job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Path.Combine(BatchPath(job.Batch), job.FileName);
    }

    /// <summary>Where the worker of an attempt writes.</summary>
    public string AttemptPath(JobEntry job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Path.Combine(JobsPath, "attempts", job.AttemptName);
    }

    /// <summary>What an attempt came to: written before the job is called done.</summary>
    public string ResultPath(JobEntry job) => ResultPath(job, "json");

    /// <summary>Why a job failed.</summary>
    public string WhyFailed(JobEntry job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return File.Exists(ErrorPath(job)) ? File.ReadAllText(ErrorPath(job)).Trim()
            : $"{job.Crashes} workers ended or fell silent while they had it";
    }

    /// <summary>Changes a job's state, if it still has the one that is said.</summary>
    /// <param name="from">The job with the state that it is thought to have.</param>
    /// <param name="to">The job with another.</param>
    /// <param name="isOwn">Whether nobody else would give it that name.</param>
    /// <returns>True where this worker changed it.</returns>
    internal bool TryChange(JobEntry from, JobEntry to, bool isOwn = true)
    {
        string target = PathOf(to);
        try
        {
            // With overwrite it is one rename; without, .NET makes a link and deletes, and two could succeed.
            File.Move(PathOf(from), target, overwrite: true);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Over NFS an answer may be lost and the rename tried again, which then finds nothing to rename.
            return isOwn && File.Exists(target);
        }
    }

    /// <summary>Brings what a job left to its place, unless it is there; whoever finds it missing may do it.</summary>
    /// <param name="done">The job, done.</param>
    /// <param name="name">The folder's name in the attempt and below D.</param>
    /// <exception cref="JobException">It is in neither place.</exception>
    public void Publish(JobEntry done, string name)
    {
        string place = Path.Combine(Root, name);
        string made = Path.Combine(AttemptPath(done), name);
        for (int again = 0; !Directory.Exists(place); again++)
        {
            try
            {
                Directory.Move(made, place);
            }
            catch (IOException error) when (!Directory.Exists(place))
            {
                // Another worker may be about to, or the folder's listing be old.
                if (again == 50)
                {
                    throw new JobException(
                        $"what job {done.Number} left cannot be brought to '{place}': {error.Message}", error);
                }

                Thread.Sleep(100);
            }
            catch (IOException)
            {
                // Another worker did.
            }
        }

        for (int attempt = 1; attempt <= done.Attempt; attempt++)
        {
            Discard(AttemptPath(done with { Attempt = attempt }));
        }
    }

    /// <summary>Takes away a folder that nobody needs; what cannot be deleted stays.</summary>
    internal static void Discard(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A worker that does not yet know that it lost its claim writes there.
        }
    }

    /// <summary>Writes why a job fails, before it is called failed.</summary>
    internal void WriteError(JobEntry job, string why) => AtomicFile.WriteText(ErrorPath(job), why + "\n");

    private static void FillBatch(string path, IReadOnlyList<int> numbers)
    {
        Directory.CreateDirectory(path);
        AtomicFile.WriteText(Path.Combine(path, NumbersName), JsonSerializer.Serialize(numbers));
        foreach (int number in numbers)
        {
            File.WriteAllText(
                Path.Combine(path, new JobEntry(0, number, JobState.Waiting, 0, 0, "").FileName), "");
        }
    }

    private static void MoveUnlessThere(string made, string place)
    {
        try
        {
            Directory.Move(made, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            Discard(made);
        }
    }

    private static void Attempt(string root, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not FileWriteException)
        {
            throw new JobException($"jobs cannot be written into '{root}': {error.Message}", error);
        }
    }

    private string BatchPath(int batch) =>
        Path.Combine(JobsPath, BatchPrefix + batch.ToString(CultureInfo.InvariantCulture));

    private string ErrorPath(JobEntry job) => ResultPath(job, "txt");

    private string ResultPath(JobEntry job, string extension) =>
        Path.Combine(JobsPath, "results", $"{job.AttemptName}.{extension}");
}
