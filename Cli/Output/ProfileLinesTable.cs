using NativeCnn.Tools.Profiling;

namespace NativeCnn.Cli.Output;

/// <summary><c>kernels profile --lines</c>: the PTX with counts, beside its C#.</summary>
internal static class ProfileLinesTable
{
    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<ProfiledLine> lines)
    {
        int widest = lines.Max(line => line.Text.Length);
        yield return Line("line", "warps", "lanes", "request", "best", "parted", "PTX".PadRight(widest), "C#");
        foreach (ProfiledLine one in lines)
        {
            yield return Line(
                $"{one.Line}", Show.Count(one.Warps),
                one.Warps > 0 ? Show.Format(one.Lanes / one.Warps, "0.0") : "",
                one.Requests is null ? "" : Show.Format(one.Requests.Mean, "0.00"),
                one.Requests is null ? "" : Show.Format(one.Requests.IdealMean, "0.00"),
                one.Divergent > 0 ? Show.Count(one.Divergent) : "", one.Text.PadRight(widest),
                one.Source is { } source ? $"{source.File}:{source.Line} {source.Text}" : "");
        }
    }

    private static string Line(
        string line, string warps, string lanes, string taken, string best, string parted, string text,
        string source) =>
        $"{line,5}  {warps,12}  {lanes,5}  {taken,7}  {best,5}  {parted,7}  {text}  {source}".TrimEnd();
}
