// docs/kernels.md: its tables are made of what its commands print, and of what was measured on a GPU
// (Benchmarks/results). Its profiles take a processor half a minute: NATIVECNN_DOCS=all runs them and compares what
// they print with the page, as .ci/run does; without it, the page's own outputs are taken.
using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NativeCnn.Cli;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Output;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Cli;

/// <summary>One test after another, for it asks for ptxas.</summary>
[Collection(Alone.Name)]
public sealed partial class KernelsPageTests : IDisposable
{
    private const string Name = "kernels.md";
    private const double Operations = 2.0 * 1024 * 1024 * 1024;

    private readonly string? before = Environment.GetEnvironmentVariable(Ptxas.Variable);

    public KernelsPageTests() => Environment.SetEnvironmentVariable(Ptxas.Variable, null);

    public void Dispose() => Environment.SetEnvironmentVariable(Ptxas.Variable, before);

    [Fact]
    public void EveryProfile_IsWhatThePageSays()
    {
        var page = DocumentPage.Open(Name);
        string[] profiles =
            [.. page.Commands.Where(one => one.StartsWith("nativecnn kernels profile", StringComparison.Ordinal))];
        Assert.Equal(6, profiles.Length);
        foreach (string command in profiles.Where(_ => DocumentPage.RunsAll))
        {
            page.Expect(command, CliRun.PageOf(DocumentPage.WordsOf(command)));
        }

        page.ExpectBetween("rungs", RungTable([.. profiles.Select(page.OutputOf)]));
    }

    [Fact]
    public void EveryCommand_IsOneThatThereIs()
    {
        var page = DocumentPage.Open(Name);
        Assert.All(
            page.Commands.Concat(Quoted().Matches(string.Join('\n', page.Lines)).Select(one => one.Groups[1].Value)),
            command =>
            {
                var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false, CancellationToken.None);
                ParseResult parsed = CommandTree.Create(terminal).Parse(DocumentPage.WordsOf(command));
                Assert.True(parsed.Errors.Count == 0, $"{command}: {string.Join("; ", parsed.Errors)}");
                Assert.Null(UsageErrors.FirstOf(parsed));
            });
    }

    [SkippableFact]
    public void WhatWasMeasured_StandsInTheResults()
    {
        Skip.IfNot(DocumentPage.HasSources, "the results are not here");
        var page = DocumentPage.Open(Name);
        Dictionary<int, (double Ours, string Theirs)> measured = Measured();
        page.ExpectBetween("measured",
        [
            "| N | GFLOP/s | us | PyTorch 2.11, GFLOP/s |", "| ---: | ---: | ---: | --- |",
            .. measured.Select(one => Row(
                Show.Count(one.Key), Show.Count(one.Value.Ours),
                Show.Rate(2.0 * one.Key * one.Key * one.Key / one.Value.Ours / 1e3), one.Value.Theirs)),
        ]);
        double estimate = page.Lines.Where(line => line.StartsWith("| 4 |", StringComparison.Ordinal))
            .Select(line => Number(line.Split('|')[^3])).Single();
        string share = FormattableString.Invariant($"{measured[1024].Ours / estimate:0.00}");

        Assert.Contains(page.Lines, line => line.Contains($"rung 4 is {share} of", StringComparison.Ordinal));
        page.ExpectExcerpts();
        page.ExpectLinks();
    }

    private static IEnumerable<string> RungTable(string[][] outputs)
    {
        yield return "| rung | products an instruction | global loads, MiB | shared loads, turns | groups a " +
            "multiprocessor | registers | bound by | us | GFLOP/s | of 67,000 |";
        yield return "| ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |";
        for (int i = 0; i < outputs.Length; i++)
        {
            string[] output = outputs[i];
            double instructions = Of(output, @"([\d,]+) left by ptxas");
            double sectors = Of(output, @"^global loads +([\d.]+)") * Of(output, @"^global loads.* ([\d,]+) requests");
            double turns = i == 0
                ? 0
                : Of(output, @"^shared loads +([\d.]+)") * Of(output, @"^shared loads.* ([\d,]+) requests");
            double microseconds = Of(output, @"^estimated +([\d.,]+) us");
            double gigaflops = Operations / microseconds / 1e3;
            yield return Row(
                $"{i + 1}", Show.Format(Operations / 2 / 32 / instructions, "0.00"),
                Show.Count(sectors * 32 / (1 << 20)), Show.Format(turns / 1e6, "0.0") + " M",
                Matched(output, @"([\d,]+) groups a multiprocessor"), Matched(output, @"^registers +(\d+)"),
                Matched(output, "bound by ([^;]+);"), Show.Rate(microseconds), Show.Count(gigaflops),
                Show.Percent(gigaflops / 67_000));
        }
    }

    private static string Row(params string[] cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>Rows gemm/N of the table of the H200.</summary>
    private static Dictionary<int, (double Ours, string Theirs)> Measured(
        [CallerFilePath] string file = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "../../Benchmarks/results/nvidia-h200.md"))
            .Select(line => Gemm().Match(line)).Where(row => row.Success)
            .ToDictionary(
                row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture),
                row => (Number(row.Groups[2].Value), row.Groups[3].Value));

    private static double Of(string[] output, string pattern) => Number(Matched(output, pattern));

    private static string Matched(string[] output, string pattern) =>
        output.Select(line => Regex.Match(line, pattern)).First(match => match.Success).Groups[1].Value;

    private static double Number(string text) => double.Parse(
        text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| gemm/(\d+) \| (\d+) GFLOP/s \| (.+) \|$")]
    private static partial Regex Gemm();

    [GeneratedRegex("`(nativecnn [^`]+)`")]
    private static partial Regex Quoted();
}
