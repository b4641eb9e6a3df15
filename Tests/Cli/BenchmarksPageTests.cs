// docs/benchmarks.md says only what works: each of its commands is parsed, and those for the processor and the
// simulator are run, in their order, in an empty folder, with short times.
using System.CommandLine;
using System.Text.RegularExpressions;
using NativeCnn.Cli;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Cli;

public sealed partial class BenchmarksPageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EveryCommand_IsOneThatThereIs()
    {
        Assert.True(Commands().Length >= 15);
        Assert.All(Commands(), command =>
        {
            var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false, CancellationToken.None);
            ParseResult parsed = CommandTree.Create(terminal).Parse(Words(command)[1..]);
            Assert.True(
                parsed.Errors.Count == 0, $"{command}: {string.Join("; ", parsed.Errors.Select(one => one.Message))}");
            Assert.Null(UsageErrors.FirstOf(parsed));
        });
    }

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void EveryCommandWithoutAGpu_Runs() => Assert.All(
        // What `bench tune` does on the simulator takes as long as all others: BenchTests runs it.
        Commands().Where(one => !one.Contains("--device cuda", StringComparison.Ordinal) &&
            !one.Contains("bench tune", StringComparison.Ordinal)), command =>
        {
            List<string> words = [.. Words(command)[1..].Select(word =>
                FileName().IsMatch(word) ? folder[word] : word)];
            if (!words.Contains("--seconds") && words[1] != "compare")
            {
                words.AddRange(["--seconds", "0.01"]);
            }

            CliRun run = CliRun.Of([.. words]);
            Assert.True(run.ExitCode == 0, $"{command}: {string.Join('\n', run.Error)}");
        });

    [Fact]
    public void Page_NamesWhatTheProgramCallsIt()
    {
        string page = Page();
        Assert.Contains(PlanThresholds.Variable, page, StringComparison.Ordinal);
        Assert.Contains(NativeCnn.Tools.Benchmarking.Vendors.CudaLibraries.Variable, page, StringComparison.Ordinal);
        Assert.Contains($"`--level` {KernelComparison.DefaultLevel}", page, StringComparison.Ordinal);
        Assert.Contains($"`--least` {KernelComparison.DefaultLeast}", page, StringComparison.Ordinal);
    }

    private static string Page()
    {
        using Stream page = typeof(BenchmarksPageTests).Assembly.GetManifestResourceStream("benchmarks.md")!;
        return new StreamReader(page).ReadToEnd();
    }

    private static string[] Commands() =>
    [
        .. Page().Split('\n')
            .Where(line => line.StartsWith("nativecnn ", StringComparison.Ordinal))
            .Select(line => line.Split(" #")[0].Trim()),
    ];

    private static string[] Words(string command) =>
        [.. Word().Matches(command).Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Value)];

    [GeneratedRegex("\"([^\"]*)\"|(\\S+)")]
    private static partial Regex Word();

    [GeneratedRegex(@"\.(jsonl|json|svg)$")]
    private static partial Regex FileName();
}
