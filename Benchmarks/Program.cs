// How fast each operator is on this machine. Without arguments every case of OperatorCases runs, and the tables replace
// Benchmarks/results/<machine>.md. --case TEXT takes the cases whose name holds the text (conv1d, "adam: 402826"),
// --results FILE names the file of the tables, --list prints the cases' names; all else goes to BenchmarkDotNet
// (--iterationCount, --job, ...); its --filter finds cases by their names too: --filter '*conv1d*'. The device:
// see BenchmarkDevice. --make-clips DIR COUNT SECONDS RATE writes a data set to measure with, see amount.sh;
// --elementwise SECONDS measures beside System.Numerics.Tensors, see peers/compare.py.
using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NativeCnn.Benchmarks;
using NativeCnn.Engine.Devices;

const string CaseOption = "--case";
const string ListOption = "--list";
const string ResultsOption = "--results";

if (args is ["--make-clips", string clipFolder, string count, string seconds, string rate])
{
    ClipFolder.Write(
        clipFolder, int.Parse(count, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture),
        int.Parse(rate, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["--elementwise", string each])
{
    ElementwisePeers.Run(double.Parse(each, CultureInfo.InvariantCulture));
    return 0;
}

List<string> rest = [.. args];
string? results;
string? wanted;
Machine machine;
try
{
    results = Take(rest, ResultsOption, "the file that the tables go to: --results run.md");
    wanted = Take(rest, CaseOption, "a part of the names of cases: --case conv1d");
    machine = Machine.Describe();
}
catch (Exception error) when (error is DeviceException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

OperatorBenchmarks.Choose(machine.Device, wanted);
if (!OperatorBenchmarks.Cases.Any())
{
    Console.Error.WriteLine($"no case holds '{wanted}' in its name: {ListOption} prints all names");
    return 2;
}

if (rest.Exists(arg => arg == ListOption || arg.StartsWith($"{ListOption}=", StringComparison.Ordinal)))
{
    Console.WriteLine(string.Join('\n', OperatorBenchmarks.Cases));
    return 0;
}

if (rest.Count == 0 && wanted is null)
{
    results ??= Path.Combine(ResultsFile.Folder(), machine.FileName);
}

if (!rest.Exists(arg => arg is "-f" or "--filter" || arg.StartsWith("--filter=", StringComparison.Ordinal)))
{
    rest.AddRange(["--filter", "*"]);
}

bool jobIsChosen = rest.Exists(arg => arg is "-j" or "--job" || arg.StartsWith("--job=", StringComparison.Ordinal));
Summary[] summaries =
[
    .. BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
        .Run([.. rest], BenchmarkOptions.Create(jobIsChosen)),
];
bool failed = summaries.Any(summary =>
    summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
if (results is not null)
{
    if (summaries.Length == 0)
    {
        Console.Error.WriteLine($"no benchmark ran, so {results} was not written: --list prints what there is");
        return 1;
    }

    ResultsFile.Write(results, machine, summaries);
    Console.WriteLine($"The tables are in {Path.GetFullPath(results)}");
}

return failed ? 1 : 0;

// The value of an option, which it takes out of the arguments; null where it is not among them.
static string? Take(List<string> arguments, string option, string value)
{
    int at = arguments.IndexOf(option);
    if (at < 0)
    {
        return null;
    }

    if (at + 1 == arguments.Count || arguments[at + 1].StartsWith('-'))
    {
        throw new ArgumentException($"{option} needs {value}");
    }

    string given = arguments[at + 1];
    arguments.RemoveRange(at, 2);
    return given;
}
