// `dotnet test` says nothing until a run is over; this says every few seconds how far it is. xunit takes it by the
// attribute below, and hands what it says to the console where xunit.runner.json has diagnosticMessages.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using NativeCnn.Tests.Support;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework($"NativeCnn.Tests.Support.{nameof(ProgressTestFramework)}", "NativeCnn.Tests")]

namespace NativeCnn.Tests.Support;

/// <summary>xunit's framework, which also tells how many tests of a run are done.</summary>
public sealed class ProgressTestFramework(IMessageSink diagnostics) : XunitTestFramework(diagnostics)
{
    /// <summary>Finds the tests, and says nothing: that a row cannot be serialised is no matter here.</summary>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new XunitTestFrameworkDiscoverer(assemblyInfo, SourceInformationProvider, new Silence());

    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(
        AssemblyName assembly, ISourceInformationProvider sources, IMessageSink diagnostics) :
        XunitTestFrameworkExecutor(assembly, sources, diagnostics)
    {
        protected override void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions)
        {
            IXunitTestCase[] cases = [.. testCases];
            // It returns when the first test waits for something; the sink ends its timer by itself.
            base.RunTestCases(
                cases, new ProgressSink(executionMessageSink, DiagnosticMessageSink, cases.Length), executionOptions);
        }
    }

    private sealed class Silence : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => true;
    }

    /// <summary>Hands every message on, and counts what is done. A theory may be one case with many tests.</summary>
    private sealed class ProgressSink : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

        private readonly IMessageSink inner;
        private readonly IMessageSink diagnostics;
        private readonly int cases;
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private readonly ConcurrentDictionary<string, int> running = [];
        private readonly Timer timer;
        private int casesDone;
        private int testsDone;
        private int testsFailed;

        public ProgressSink(IMessageSink inner, IMessageSink diagnostics, int cases)
        {
            (this.inner, this.diagnostics, this.cases) = (inner, diagnostics, cases);
            timer = new Timer(_ => Tell(), null, Pause, Pause);
        }

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestMethodStarting starting:
                    running[$"{starting.TestClass.Class.Name.Split('.')[^1]}.{starting.TestMethod.Method.Name}"] = 0;
                    break;
                case ITestMethodFinished finished:
                    running.TryRemove(
                        $"{finished.TestClass.Class.Name.Split('.')[^1]}.{finished.TestMethod.Method.Name}", out _);
                    break;
                case ITestClassFinished finished:
                    TestDevices.CloseOf(finished.TestClass.Class.Name.Split('.')[^1]);
                    break;
                case ITestCaseFinished:
                    Interlocked.Increment(ref casesDone);
                    break;
                case ITestFailed:
                    Interlocked.Increment(ref testsFailed);
                    break;
                case ITestFinished:
                    Interlocked.Increment(ref testsDone);
                    break;
                case ITestAssemblyFinished:
                    Dispose();
                    break;
            }

            return inner.OnMessage(message);
        }

        public void Dispose() => timer.Dispose();

        private void Tell() => diagnostics.OnMessage(new DiagnosticMessage(
            $"{clock.Elapsed.TotalSeconds:0} s: {casesDone} of {cases} cases, {testsDone} tests, " +
            $"{testsFailed} failed; now {string.Join(", ", running.Keys)}"));
    }
}
