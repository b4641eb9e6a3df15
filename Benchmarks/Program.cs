// How fast each operator is on this machine. Without arguments everything runs, and the tables replace
// Benchmarks/results/<machine>.md; --results FILE names another file; all else goes to BenchmarkDotNet (--filter,
// --list, ...).
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NativeCnn.Benchmarks;
using NativeCnn.Engine.Devices;

const string ResultsOption = "--results";

List<string> rest = [.. args];
string? results = null;
int option = rest.IndexOf(ResultsOption);
if (option >= 0)
{
    if (option + 1 == rest.Count || rest[option + 1].StartsWith('-'))
    {
        Console.Error.WriteLine($"{ResultsOption} needs the file that the tables go to: {ResultsOption} run.md");
        return 2;
    }

    results = rest[option + 1];
    rest.RemoveRange(option, 2);
}

Machine machine;
try
{
    machine = Machine.Describe();
}
catch (Exception error) when (error is DeviceException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

if (rest.Count == 0)
{
    results ??= Path.Combine(ResultsFile.Folder(), machine.FileName);
    rest = ["--filter", "*"];
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
        Console.Error.WriteLine($"no benchmark ran, so {results} was not written: --list flat shows what there is");
        return 1;
    }

    ResultsFile.Write(results, machine, summaries);
    Console.WriteLine($"The tables are in {Path.GetFullPath(results)}");
}

return failed ? 1 : 0;
