// How long and in which way everything is measured, and what the tables show.
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace NativeCnn.Benchmarks;

/// <summary>The configuration of every benchmark.</summary>
internal static class BenchmarkOptions
{
    /// <summary>
    /// 3 warm-ups and 10 iterations of 100 ms, about three seconds a case. <c>--iterationCount</c> and the like change
    /// single numbers of that; <c>--job NAME</c> asks for another job altogether.
    /// </summary>
    /// <param name="jobIsChosen">The command line names a job, which a default one of ours would displace.</param>
    public static IConfig Create(bool jobIsChosen)
    {
        ManualConfig config = Settings();
        return jobIsChosen ? config : config.AddJob(OwnJob().AsDefault());
    }

    private static Job OwnJob() => Job.Default
        .WithWarmupCount(3)
        .WithIterationCount(10)
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .WithUnrollFactor(1) // A call takes microseconds or more, so one at a time: 16 of the long ones take seconds.
        .WithMinInvokeCount(1);

    private static ManualConfig Settings() => ManualConfig.CreateEmpty()
        // In this process: nothing is generated, restored or built, so it works offline and under central package
        // versions. A mutator, so that jobs of the command line run in the same way.
        .AddJob(new Job().WithToolchain(InProcessEmitToolchain.Instance).AsMutator())
        .AddValidator(JitOptimizationsValidator.FailOnError)
        .AddLogger(ConsoleLogger.Default)
        .AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)))
        .AddColumnProvider(DefaultColumnProviders.Params)
        .AddColumn(StatisticColumn.Mean, StatisticColumn.StdDev)
        .AddColumn(
            new RateColumn("GFLOP/s", "10^9 floating-point operations a second, by the mean", one => one.Operations),
            new RateColumn("GB/s", "10^9 bytes of compulsory traffic a second, by the mean", one => one.Bytes),
            new RateColumn("x real time", "Seconds of sound a second, by the mean", one => one.SoundSeconds * 1e9))
        .AddColumnProvider(DefaultColumnProviders.Metrics)
        .WithOrderer(new DeclaredOrder())
        .WithSummaryStyle(SummaryStyle.Default
            .WithCultureInfo(CultureInfo.InvariantCulture)
            .WithMaxParameterColumnWidth(80))
        .WithOptions(ConfigOptions.DisableLogFile);
}
