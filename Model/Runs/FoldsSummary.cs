// folds.json: what `train --folds` came to, in the folder that holds the run folders of the folds. It is written anew
// after each fold.
using System.Text.Json;
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Runs;

/// <summary>The folds of a cross-validation.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FoldsSummary : IValidated
{
    /// <summary>The file's name.</summary>
    public const string FileName = "folds.json";

    /// <summary>Version of this file's form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>Version of the program that wrote it.</summary>
    public string Version { get; init; } = typeof(FoldsSummary).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>What the groups are: <c>speaker</c>.</summary>
    public required string GroupBy { get; init; }

    /// <summary>How many folds there are to be: more than are listed where the command was interrupted.</summary>
    public required int Planned { get; init; }

    /// <summary>Mean accuracy of the folds, each weighing the same.</summary>
    public required double MeanAccuracy { get; init; }

    /// <summary>Standard deviation of their accuracies, over all folds (divided by their number).</summary>
    public required double StdAccuracy { get; init; }

    /// <summary>The folds that are done.</summary>
    public required IReadOnlyList<FoldEntry> Folds { get; init; }

    private static JsonForms Forms { get; } = JsonForms.Basic.With(
        typeof(IReadOnlyList<FoldEntry>),
        new JsonForm("a list of folds", place => place.Items()?.Select(item => item.Read<FoldEntry>()).ToArray()));

    /// <summary>Whether a folder holds folds.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Writes <c>folds.json</c>, whole or not at all.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), ToJson());

    /// <summary>The text of <c>folds.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StrictJson.Options) + "\n";

    /// <summary>Reads <c>folds.json</c>.</summary>
    /// <param name="folder">The folder that holds it.</param>
    /// <exception cref="RunException">It is not there or not understood.</exception>
    public static FoldsSummary Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return JsonText.Read<FoldsSummary>(
                RegularFile.ReadAllText(path), "the folds", Forms, $"the folds '{path}'");
        }
        catch (JsonTextException error)
        {
            throw new RunException(error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"'{path}' cannot be used as a list of folds: {error.Message}", error);
        }
    }

    /// <summary>Checks that the folders lie below this one.</summary>
    /// <exception cref="ArgumentException">One does not; the message says which.</exception>
    public void Validate()
    {
        foreach (FoldEntry fold in Folds)
        {
            if (fold.Folder.Length == 0 || fold.Folder is "." or ".." ||
                fold.Folder.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || Path.IsPathRooted(fold.Folder))
            {
                throw new ArgumentException(
                    $"'{fold.Folder}' came: give the name of a folder beside it", nameof(Folds));
            }
        }
    }
}
