// Several runs that are used as one: named side by side, a,b,c, or a folder of folds. Their probabilities are averaged.
namespace NativeCnn.Model.Runs;

/// <summary>The run folders that a text names.</summary>
public static class RunSet
{
    /// <summary>The folders: those of the folds of a folder, those between commas, or the one.</summary>
    /// <param name="named">A run folder, several between commas, or what <c>train --folds</c> left.</param>
    /// <exception cref="RunException">It names none.</exception>
    public static IReadOnlyList<string> Of(string named)
    {
        ArgumentNullException.ThrowIfNull(named);
        string[] parts = Directory.Exists(named)
            ? [named]
            : named.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] runs = [.. parts.SelectMany(part => FoldsSummary.IsIn(part)
            ? FoldsSummary.Load(part).Folds.Select(fold => Path.Combine(part, fold.Folder))
            : [part])];
        return runs.Length > 0 ? runs : throw new RunException($"'{named}' names no run: give the folder of one");
    }

    /// <summary>Refuses runs that cannot be used as one.</summary>
    /// <param name="named">As they were named.</param>
    /// <param name="runs">Their choices, at least one.</param>
    /// <exception cref="RunException">
    /// Two differ in classes or clips, or their clips may have several labels.
    /// </exception>
    public static void ExpectTogether(string named, IReadOnlyList<RunConfig> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        RunConfig first = runs[0];
        foreach (RunConfig other in runs.Skip(1))
        {
            string? what =
                first.LabelSeparator is not null || other.LabelSeparator is not null
                    ? "clips that may have several labels"
                : !first.Labels.SequenceEqual(other.Labels) ? "classes of their own each"
                : first.ClipSamples != other.ClipSamples || first.Features.SampleRate != other.Features.SampleRate
                    ? "clips of another length or rate each"
                : null;
            if (what is not null)
            {
                throw new RunException($"the runs of '{named}' have {what}: they cannot be used as one");
            }
        }
    }
}
