// The jobs of a sweep, as jobs.json keeps them. They come from SPEC.toml alone, so that whoever makes them makes the
// same.
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Features.Json;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sweeps;

/// <summary>The jobs of a sweep.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record SweepPlan
{
    private const string OwnKind = "sweep";

    /// <summary>Version of this file's form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>What kind of jobs these are.</summary>
    public string Kind { get; init; } = OwnKind;

    /// <summary>What makes a job better than another; null for what its trainings say themselves.</summary>
    public BestBy? Metric { get; init; }

    /// <summary>Whether the jobs are all combinations of lists.</summary>
    public bool IsGrid { get; init; }

    /// <summary>The epoch at which each rung ends; empty where all jobs train to their end.</summary>
    public IReadOnlyList<int> Rungs { get; init; } = [];

    /// <summary>One of so many jobs goes on to the next rung.</summary>
    public int Eta { get; init; }

    /// <summary>What all jobs share.</summary>
    public required IReadOnlyList<SweepSetting> Base { get; init; }

    /// <summary>What is each job's own.</summary>
    public required IReadOnlyList<IReadOnlyList<SweepSetting>> Jobs { get; init; }

    /// <summary>The recipes that they name, as they were when the jobs were made: name and text.</summary>
    public required IReadOnlyDictionary<string, string> Recipes { get; init; }

    /// <summary>Names of the settings that differ between jobs.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Varied => [.. Jobs[0].Select(setting => setting.Name)];

    /// <summary>Batches of jobs, one after another: rungs, or all at once.</summary>
    [JsonIgnore]
    public int Batches => Math.Max(1, Rungs.Count);

    /// <summary>The jobs of a file.</summary>
    /// <param name="path">SPEC.toml.</param>
    /// <param name="names">What may be set.</param>
    /// <exception cref="RecipeException">It is no sweep; the message says which line.</exception>
    public static SweepPlan Load(string path, SweepNames names) => Of(SweepSpec.Load(path, names));

    /// <summary>The jobs of a text.</summary>
    /// <param name="toml">The text.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="names">What may be set.</param>
    /// <exception cref="RecipeException">It is no sweep; the message says which line.</exception>
    public static SweepPlan Parse(string toml, string file, SweepNames names) =>
        Of(SweepSpec.Parse(toml, file, names));

    /// <summary>All settings of a job.</summary>
    public IReadOnlyList<SweepSetting> SettingsOf(int job) => [.. Base, .. Jobs[job]];

    /// <summary>The folder that a job leaves: <c>0007</c>, or <c>0007-rung1</c>.</summary>
    public string NameOf(JobEntry job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return NameOf(job.Batch, job.Number);
    }

    /// <inheritdoc cref="NameOf(JobEntry)"/>
    public string NameOf(int batch, int number) =>
        Rungs.Count == 0 ? $"{number:0000}" : $"{number:0000}-rung{batch}";

    /// <summary>The text of jobs.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StrictJson.Options) + "\n";

    /// <summary>Reads jobs.json.</summary>
    /// <param name="folder">The folder of the jobs.</param>
    /// <exception cref="JobException">It holds other jobs, or is of another version of the program.</exception>
    public static SweepPlan Of(JobFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            using var kind = JsonDocument.Parse(folder.Definition);
            if (kind.RootElement.TryGetProperty("kind", out JsonElement one) && one.GetString() != OwnKind)
            {
                throw new JobException(
                    $"the jobs in '{folder.Root}' are {one.GetString()}, no sweep: `nativecnn runs {folder.Root}` " +
                    "lists them");
            }

            return JsonSerializer.Deserialize<SweepPlan>(folder.Definition, StrictJson.Options)!;
        }
        catch (JsonException error)
        {
            throw new JobException($"the jobs in '{folder.Root}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Refuses other jobs than these.</summary>
    /// <param name="there">What a folder holds.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="JobException">They differ; the message says in what.</exception>
    public void ExpectSame(SweepPlan there, string folder)
    {
        ArgumentNullException.ThrowIfNull(there);
        (string What, Func<SweepPlan, object?> Part)[] parts =
        [
            ("metric", plan => plan.Metric), ("base", plan => plan.Base), ("jobs", plan => plan.Jobs),
            ("rungs", plan => plan.Rungs), ("eta", plan => plan.Eta),
            ("recipes", plan => plan.Recipes),
        ];
        string[] differ =
        [
            .. parts.Where(part => TextOf(part.Part(this)) != TextOf(part.Part(there))).Select(part => part.What),
        ];
        if (differ.Length > 0)
        {
            throw new JobException(
                $"the folder '{folder}' holds the jobs of another sweep: {string.Join(" and ", differ)} " +
                $"{(differ.Length == 1 ? "differs" : "differ")}; give another --dir, or the sweep that it was begun " +
                "with");
        }

        static string TextOf(object? part) => JsonSerializer.Serialize(part, StrictJson.Options);
    }

    private static SweepPlan Of(SweepSpec spec)
    {
        IReadOnlyList<IReadOnlyList<SweepSetting>> jobs = spec.Grid is { } grid ? Combinations(grid)
            :
            [
                .. Enumerable.Range(0, spec.Random!.Jobs).Select(job => spec.Random.Ranges.Select(
                    range => range.Draw(spec.Random.Seed, job)).ToArray()),
            ];
        SweepSetting[] shared =
        [
            .. spec.Base,
            .. spec.Halving is { } halving
                ? (SweepSetting[])[new("epochs", JsonSerializer.SerializeToElement(halving.Rungs[^1]))]
                : [],
        ];
        return new SweepPlan
        {
            Metric = spec.Metric,
            IsGrid = spec.Grid is not null,
            Rungs = spec.Halving?.Rungs ?? [],
            Eta = spec.Halving?.Eta ?? 0,
            Base = shared,
            Jobs = jobs,
            Recipes = jobs.Select(job => (IReadOnlyList<SweepSetting>)[.. shared, .. job])
                .Where(job => job.Any(setting => setting.Name == "recipe") || job.Any(setting => setting.IsOfRecipe))
                .Select(RecipeOfJob.NameOf).Distinct()
                .ToDictionary(name => name, name => RecipeBook.Resolve(name).ToToml()),
        };
    }

    /// <summary>All combinations, the last list changing first.</summary>
    private static IReadOnlyList<IReadOnlyList<SweepSetting>> Combinations(IReadOnlyList<ValueList> lists) =>
        lists.Aggregate(
            (IReadOnlyList<IReadOnlyList<SweepSetting>>)[[]],
            (before, list) => [.. before.SelectMany(job => list.Values.Select(
                value => (IReadOnlyList<SweepSetting>)[.. job, value]))]);
}
