// nativecnn bench compare: two saved runs of bench kernels, and whether they differ.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchCompareCommand
{
    public static Command Create(Terminal terminal)
    {
        var first = new Argument<string>("A") { Description = "A file of `nativecnn bench kernels --save`." };
        var second = new Argument<string>("B") { Description = "Another, which is compared with the first." };
        Option<double> level = OptionOf.Number(
            "--level", "Chance of a single false difference in the whole table.", KernelComparison.DefaultLevel,
            new Interval(1e-9, 0.5));
        Option<double> least = OptionOf.Number(
            "--least", "Share by which medians must be apart to be called different.", KernelComparison.DefaultLeast,
            new Interval(0, 10));
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "compare",
            "Compares two saved runs of `bench kernels`, kernel by kernel: faster, slower or no difference. The test " +
            "is that of Mann and Whitney on all samples, two-sided, at --level for all kernels together (Holm's " +
            "correction); medians less than --least apart are no difference, whatever the test says.")
        {
            first, second, level, least, json,
        };
        command.SetAction(parsed =>
        {
            (string a, string b) = (parsed.GetValue(first)!, parsed.GetValue(second)!);
            (IReadOnlyList<KernelBenchRecord> before, IReadOnlyList<KernelBenchRecord> after) =
                (KernelBenchFile.Read(a), KernelBenchFile.Read(b));
            IReadOnlyList<KernelComparison> compared = KernelComparison.Of(
                Pairs(before, after, a, b, terminal), parsed.GetValue(level), parsed.GetValue(least));
            int few = compared.Count(one => !one.CanDiffer);
            if (few > 0)
            {
                terminal.Warn(
                [
                    $"{few} of {compared.Count} kernels have too few samples to be found different at --level " +
                    $"{parsed.GetValue(level)}: measure longer (--seconds), or fewer kernels (--filter)",
                ]);
            }

            Print(compared, parsed.GetValue(json), terminal);
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn bench compare before.jsonl after.jsonl");
    }

    private static (string Name, IReadOnlyList<double> First, IReadOnlyList<double> Second)[] Pairs(
        IReadOnlyList<KernelBenchRecord> before, IReadOnlyList<KernelBenchRecord> after, string a, string b,
        Terminal terminal)
    {
        Dictionary<string, KernelBenchRecord> second = after.GroupBy(NameOf).ToDictionary(
            some => some.Key, some => some.Last());
        (string Name, IReadOnlyList<double> First, IReadOnlyList<double> Second)[] pairs =
        [
            .. before.DistinctBy(NameOf).Where(one => second.ContainsKey(NameOf(one)))
                .Select(one => (NameOf(one), one.Samples!, second[NameOf(one)].Samples!)),
        ];
        if (pairs.Length == 0)
        {
            throw new InputException($"{a} and {b} have no kernel in common: measure the same --filter and --shape");
        }

        int left = before.Count + after.Count - (2 * pairs.Length);
        if (left > 0)
        {
            terminal.Warn([$"{left} lines of {a} and {b} are in one of them alone, and not compared"]);
        }

        string[] devices = [.. before.Concat(after).Select(one => one.Device).Distinct()];
        if (devices.Length > 1)
        {
            terminal.Warn([$"the runs are of several devices: {string.Join(", ", devices)}"]);
        }

        return pairs;
    }

    private static string NameOf(KernelBenchRecord one) =>
        $"{one.Benchmark.Split('/')[^1]}: {one.Shape}{(one.Rung is { } rung ? $", rung {rung}" : "")}" +
        (one.Cold == true ? ", cold" : "");

    private static void Print(IReadOnlyList<KernelComparison> compared, bool json, Terminal terminal)
    {
        if (json)
        {
            foreach (KernelComparison one in compared)
            {
                terminal.Json(
                    new CompareRecord(
                        one.Name, one.First.Median, one.Second.Median, one.Ratio, one.PValue, WordOf(one.Verdict)),
                    CliJson.Default.CompareRecord);
            }

            return;
        }

        terminal.Table(
            ["kernel", "verdict", "A us", "B us", "B / A", "noise A", "noise B", "p"],
            compared.Select(one => (string[])
            [
                one.Name, WordOf(one.Verdict), Show.Rate(one.First.Median), Show.Rate(one.Second.Median),
                Show.Share(one.Ratio), $"±{Show.Percent(one.First.Noise)}", $"±{Show.Percent(one.Second.Noise)}",
                Show.Format(one.PValue, "0.0e+0"),
            ]),
            leftColumns: 2);
        terminal.Line(string.Join(", ", Enum.GetValues<SampleVerdict>().Select(verdict =>
            $"{compared.Count(one => one.Verdict == verdict)} {WordOf(verdict)}")));
    }

    private static string WordOf(SampleVerdict verdict) => verdict switch
    {
        SampleVerdict.Faster => "faster",
        SampleVerdict.Slower => "slower",
        _ => "no difference",
    };
}
