using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Which cases a user asks for.</summary>
internal static class KernelChoice
{
    private const int NamesAtMost = 5;

    /// <summary>Those with the filter in their name and shape, at a shape of one's own where one is given.</summary>
    /// <exception cref="KernelChoiceException">There are none, or one of them takes no such shape.</exception>
    public static IReadOnlyList<KernelCase> Of(IReadOnlyList<KernelCase> all, KernelBenchOptions options)
    {
        KernelCase[] found = [.. all.Where(one => options.Filter is null ||
            one.ToString().Contains(options.Filter, StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0)
        {
            throw new KernelChoiceException(
                $"no kernel has '{options.Filter}' in its name or shape; the nearest names are " +
                $"{string.Join(", ", Nearest(options.Filter!, all.Select(one => one.Name)))}");
        }

        return options.Shape is null
            ? found
            : [.. found.DistinctBy(one => one.Name).Select(one => Resized(one, options.Shape))];
    }

    /// <summary>The name that was almost written, then those with the most pairs of letters in common.</summary>
    internal static IReadOnlyList<string> Nearest(string written, IEnumerable<string> names)
    {
        HashSet<string> pairs = Pairs(written);
        string[] all = [.. names.Distinct()];
        string? closest = Suggestion.Nearest(written, all);
        return
        [
            .. all
                .OrderByDescending(name => name == closest)
                .ThenByDescending(name => 2.0 * Pairs(name).Count(pairs.Contains) / (Pairs(name).Count + pairs.Count))
                .Take(NamesAtMost),
        ];
    }

    private static HashSet<string> Pairs(string text) =>
        [.. Enumerable.Range(0, Math.Max(0, text.Length - 1)).Select(i => text.Substring(i, 2).ToLowerInvariant())];

    private static KernelCase Resized(KernelCase one, IReadOnlyList<int> shape)
    {
        if (one.Resizing is not { } resizing)
        {
            throw new KernelChoiceException(
                $"{one.Name} is measured at its own shapes alone, without --shape; a narrower --filter leaves it out");
        }

        if (shape.Count != resizing.Count)
        {
            throw new KernelChoiceException(
                $"{one.Name} takes --shape {resizing.Form}, {resizing.Count} numbers, not {string.Join('x', shape)}");
        }

        try
        {
            return resizing.Make([.. shape]);
        }
        catch (ArgumentException error)
        {
            throw new KernelChoiceException(
                $"{one.Name} cannot take --shape {string.Join('x', shape)}, which is {resizing.Form}: {error.Message}",
                error);
        }
    }
}
