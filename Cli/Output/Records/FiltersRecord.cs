using NativeCnn.Model.Inspection;

namespace NativeCnn.Cli.Output;

/// <summary>The first filters in <c>inspect --json</c>; peaks and responses where they read samples.</summary>
internal sealed record FiltersRecord(
    string Name, int Filters, int Channels, int Taps, double[] Rms, double[]? PeakHz, float[][]? ResponseDb)
{
    public static FiltersRecord Of(FirstFilters one)
    {
        int[] all = [.. Enumerable.Range(0, one.Filters)];
        return new FiltersRecord(
            one.Name, one.Filters, one.Channels, one.Taps, [.. all.Select(one.RmsOf)],
            one.Response is null ? null : [.. all.Select(one.PeakOf)],
            one.Response is null ? null : [.. all.Select(filter => one.ResponseOf(filter).ToArray())]);
    }
}
