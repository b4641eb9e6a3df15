// SPEC.toml: what all jobs share, and what is searched.
//     metric = "accuracy"              what makes a job better: accuracy, loss, f1 or map
//     [base]                           options of `train`, which all jobs share
//     [grid]                           lists of values: a job for each combination
//     [random]  [random.ranges]        or values that are drawn
//     [halving]                        all begin, the best go on
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sweeps;

/// <summary>A sweep as a file says it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
internal sealed record SweepSpec : IValidated
{
    /// <summary>The most jobs of a sweep.</summary>
    public const int MostJobs = 10_000;

    /// <summary>What it is for, in a sentence.</summary>
    public string About { get; init; } = "";

    /// <summary>What makes a job better than another; null for what its trainings say themselves.</summary>
    public BestBy? Metric { get; init; }

    /// <summary>What all jobs share.</summary>
    public IReadOnlyList<SweepSetting> Base { get; init; } = [];

    /// <summary>Lists of values; null for no grid.</summary>
    public IReadOnlyList<ValueList>? Grid { get; init; }

    /// <summary>What is drawn; null for nothing.</summary>
    public RandomSearch? Random { get; init; }

    /// <summary>Who goes on; null for all.</summary>
    public Halving? Halving { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">What may be set.</param>
    /// <exception cref="RecipeException">It cannot be read, or is no sweep; the message says which line.</exception>
    public static SweepSpec Load(string path, SweepNames names)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(RegularFile.ReadAllText(path), $"the sweep '{path}'", names);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException($"the sweep '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="toml">The text.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="names">What may be set.</param>
    /// <exception cref="RecipeException">It is no sweep; the message says which line.</exception>
    public static SweepSpec Parse(string toml, string file, SweepNames names)
    {
        ArgumentNullException.ThrowIfNull(toml);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(names);
        try
        {
            return TomlText.Read<SweepSpec>(toml, "the sweep", new SweepForms(names).All, file);
        }
        catch (JsonTextException error)
        {
            throw new RecipeException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Grid is null == Random is null)
        {
            throw new ArgumentException(
                "a sweep has [grid], lists of values, or [random], values that are drawn: give one of them",
                Grid is null ? null : nameof(Random));
        }

        long jobs = Grid?.Aggregate(1L, (all, list) => Math.Min(all * list.Values.Count, int.MaxValue)) ?? 1;
        if (jobs > MostJobs)
        {
            throw new ArgumentException($"these are {jobs} jobs: give lists of at most {MostJobs}", nameof(Grid));
        }

        if (Halving is not null &&
            Base.FirstOrDefault(setting => setting.Name is "epochs" or "minutes" or "patience") is { } length)
        {
            throw new ArgumentException(
                $"'{length.Name}' in [base] and [halving] both say how long a job trains: leave it out",
                nameof(Halving));
        }
    }
}
