// The tests as a program of their own, for machines without the .NET SDK (Benchmarks/pack.sh takes it there):
//   NativeCnn.Tests [--list] [--slow] [TEXT...]     the tests whose name contains one of the texts; all without any;
//                                                   by --slow only those that `dotnet test` leaves out (Slow.cs)
// Failures as they come, then "N passed, N failed[, N skipped]". Exit code 0 where something ran and nothing failed.
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using NativeCnn.Tests.Support;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace NativeCnn.Tests.Runner;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        string[] texts = [.. arguments.Where(one => !one.StartsWith('-'))];
        string[] options = [.. arguments.Except(texts)];
        if (options.Any(one => one is not ("--list" or "--slow")))
        {
            Console.Error.WriteLine("usage: NativeCnn.Tests [--list] [--slow] [TEXT...]");
            return 2;
        }

        bool slow = options.Contains("--slow");
        ITestCase[] cases =
        [
            .. Discover().Where(one => (!slow || IsSlow(one)) && (texts.Length == 0 ||
                texts.Any(text => one.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase)))),
        ];
        if (options.Contains("--list"))
        {
            Array.ForEach(cases, one => Console.WriteLine(one.DisplayName));
            return 0;
        }

        var clock = Stopwatch.StartNew();
        var results = new ResultSink();
        // Where a script's time is over: what is known until then.
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Console.WriteLine(
            $"{results.Passed} passed, {results.Failed} failed of {cases.Length} when it was ended"));
        using var executor = new XunitTestFrameworkExecutor(
            Assembly.GetExecutingAssembly().GetName(), new NoSources(), results);
        executor.RunTests(cases, results, new Options());
        results.Finished.Wait();
        string skipped = results.Skipped > 0 ? $", {results.Skipped} skipped" : "";
        Console.WriteLine($"{clock.Elapsed.TotalSeconds:0} s");
        Console.WriteLine($"{results.Passed} passed, {results.Failed} failed{skipped}");
        return results.Failed == 0 && results.Passed > 0 ? 0 : 1;
    }

    private static bool IsSlow(ITestCase one) =>
        one.Traits.TryGetValue(Slow.Category, out List<string>? values) && values.Contains(Slow.Name);

    private static List<ITestCase> Discover()
    {
        var found = new DiscoverySink();
        using var discoverer = new XunitTestFrameworkDiscoverer(
            Reflector.Wrap(Assembly.GetExecutingAssembly()), new NoSources(), found);
        discoverer.Find(includeSourceInformation: false, found, new Options());
        found.Finished.Wait();
        return found.Cases;
    }

    private sealed class DiscoverySink : LongLivedMarshalByRefObject, IMessageSink
    {
        public List<ITestCase> Cases { get; } = [];

        public ManualResetEventSlim Finished { get; } = new();

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage discovered:
                    Cases.Add(discovered.TestCase);
                    break;
                case IDiscoveryCompleteMessage:
                    Finished.Set();
                    break;
            }

            return true;
        }
    }

    private sealed class ResultSink : LongLivedMarshalByRefObject, IMessageSink
    {
        public int Passed { get; private set; }

        public int Failed { get; private set; }

        public int Skipped { get; private set; }

        public ManualResetEventSlim Finished { get; } = new();

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestPassed:
                    Passed++;
                    break;
                case ITestSkipped:
                    Skipped++;
                    break;
                case ITestFailed failed:
                    Fail(failed.Test.DisplayName, failed);
                    break;
                case ITestAssemblyFinished:
                    Finished.Set();
                    break;
                case IFailureInformation broken: // A constructor, a clean-up or the runner itself.
                    Fail(message.GetType().Name, broken);
                    break;
            }

            return true;
        }

        private void Fail(string name, IFailureInformation failure)
        {
            Failed++;
            Console.WriteLine($"FAILED {name}");
            for (int i = 0; i < failure.Messages.Length; i++)
            {
                Console.WriteLine($"    {failure.ExceptionTypes[i]}: {failure.Messages[i]}\n{failure.StackTraces[i]}");
            }
        }
    }

    /// <summary>
    /// As `dotnet test` has it: cases of theories apart, two classes side by side (xunit.runner.json).
    /// </summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> values = new()
        {
            ["xunit.discovery.PreEnumerateTheories"] = true,
            ["xunit.execution.SynchronousMessageReporting"] = true,
            ["xunit.execution.MaxParallelThreads"] = 2,
        };

        public TValue GetValue<TValue>(string name) =>
            values.TryGetValue(name, out object? value) && value is TValue known ? known : default!;

        public void SetValue<TValue>(string name, TValue value) => values[name] = value;
    }

    private sealed class NoSources : LongLivedMarshalByRefObject, ISourceInformationProvider
    {
        public ISourceInformation GetSourceInformation(ITestCase testCase) => new SourceInformation();

        public void Dispose()
        {
        }
    }
}
