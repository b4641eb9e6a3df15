// The folder a training leaves behind, and what is where in it.

using NativeCnn.Model.Formats;
using NativeCnn.Model.Reports;

namespace NativeCnn.Model.Runs;

/// <summary>The paths of a run folder.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class RunFolder
{
    private RunFolder(string path) => Root = path;

    /// <summary>The folder itself.</summary>
    public string Root { get; }

    /// <summary><c>config.json</c>: every option, features, labels, versions, device, seed.</summary>
    public string ConfigPath => Path.Combine(Root, "config.json");

    /// <summary><c>recipe.toml</c>: how it was trained, for <c>--recipe</c>.</summary>
    public string RecipePath => Path.Combine(Root, "recipe.toml");

    /// <summary><c>model.safetensors</c>: weights and normalisation statistics.</summary>
    public string ModelPath => Path.Combine(Root, "model.safetensors");

    /// <summary>
    /// <c>proof.safetensors</c>: a few clips with their features and logits, for <c>nativecnn verify</c>.
    /// </summary>
    public string ProofPath => Path.Combine(Root, "proof.safetensors");

    /// <summary><c>checkpoint/</c>: all that an exact resume needs.</summary>
    public string CheckpointPath => Path.Combine(Root, "checkpoint");

    /// <summary>The checkpoint in it.</summary>
    public string CheckpointFile => Path.Combine(CheckpointPath, "checkpoint.safetensors");

    /// <summary>
    /// <c>diverged.safetensors</c>: the step of a training that diverged in which the first number was not finite.
    /// </summary>
    public string DivergedPath => Path.Combine(Root, "diverged.safetensors");

    /// <summary><c>inspect.jsonl</c>: a line a step that <c>train --inspect</c> recorded.</summary>
    public string InspectPath => Path.Combine(Root, "inspect.jsonl");

    /// <summary><c>metrics.jsonl</c>: a line an epoch, see <see cref="MetricsLog"/>.</summary>
    public string MetricsPath => Path.Combine(Root, "metrics.jsonl");

    /// <summary>
    /// <c>events.out.tfevents.nativecnn</c>: the curves for TensorBoard, which takes every file with <c>tfevents</c> in
    /// its name.
    /// </summary>
    public string EventsPath => Path.Combine(Root, "events.out.tfevents.nativecnn");

    /// <summary><c>split.csv</c>: which clips were on which side, see <see cref="SplitRecord"/>.</summary>
    public string SplitPath => Path.Combine(Root, "split.csv");

    /// <summary><c>report.html</c>: curves and confusion matrix, see <see cref="ReportWriter"/>.</summary>
    public string ReportPath => Path.Combine(Root, "report.html");

    /// <summary>
    /// Makes the folder, and <c>checkpoint/</c> in it. What is there already stays, to be overwritten file by file.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <returns>Its paths.</returns>
    /// <exception cref="RunException">The path is a file, or cannot be made.</exception>
    /// <exception cref="FileWriteException">The disk is full.</exception>
    public static RunFolder Create(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RunFolder run = new(path);
        try
        {
            Directory.CreateDirectory(run.CheckpointPath);
        }
        catch (IOException error) when (FileWriteException.Of(path, error) is { IsFull: true } named)
        {
            throw named;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException(
                $"Cannot make the run folder '{path}': {error.Message} Give another --output.", error);
        }

        return run;
    }

    /// <summary>
    /// Opens a run to use its network: <c>config.json</c> and <c>model.safetensors</c> must be there.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <returns>Its paths.</returns>
    /// <exception cref="RunException">
    /// There is no such folder, or it lacks one of them; the message says which.
    /// </exception>
    public static RunFolder Open(string path) => Open(path, run => run.ModelPath);

    /// <summary>
    /// Opens a run to resume it: <c>config.json</c> and a <c>checkpoint/</c> that is not empty must be there.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <returns>Its paths.</returns>
    /// <exception cref="RunException">
    /// There is no such folder, or it lacks one of them; the message says which.
    /// </exception>
    public static RunFolder OpenToResume(string path) => Open(path, run => run.CheckpointPath);

    /// <summary>Opens a run to read its choices: <c>config.json</c> must be there.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>Its paths.</returns>
    /// <exception cref="RunException">There is no such folder, or it lacks the file.</exception>
    public static RunFolder OpenConfig(string path) => Open(path, run => run.ConfigPath);

    /// <summary>The paths of a folder, whatever is there.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    public static RunFolder At(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new RunFolder(path);
    }

    /// <summary>Whether a run in the folder can be resumed: an epoch of it is done.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    public static bool HasCheckpoint(string path) => File.Exists(new RunFolder(path).CheckpointFile);

    private static RunFolder Open(string path, Func<RunFolder, string> needed)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RunFolder run = new(path);
        if (!Directory.Exists(path))
        {
            throw new RunException($"There is no run folder '{path}': give the --output folder of a training.");
        }

        string[] missing =
            [.. new[] { run.ConfigPath, needed(run) }.Distinct().Where(IsMissing).Select(Path.GetFileName)!];
        return missing.Length == 0
            ? run
            : throw new RunException(
                $"'{path}' is not a run, or not a finished one: no {string.Join(" and no ", missing)} in it. "
                + "Give the --output folder of a training.");
    }

    private static bool IsMissing(string path) =>
        !File.Exists(path) && !(Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any());
}
