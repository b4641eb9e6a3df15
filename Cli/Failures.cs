// What went wrong, as one line and an exit code. NATIVECNN_DEBUG=1 adds the stack trace.
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Data;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Fetch;
using NativeCnn.Tools.Importing;
using NativeCnn.Tools.Kernels;
using NativeCnn.Tools.Profiling;
using NativeCnn.Tools.Puzzles;

namespace NativeCnn.Cli;

internal static class Failures
{
    /// <summary>A key of <see cref="Exception.Data"/>: another process of the training says it.</summary>
    public const string Unspoken = "unspoken";

    public static int Report(Exception failure, Terminal terminal)
    {
        // Several threads may meet the same fault at once: one of its kind is told.
        while (failure is AggregateException { InnerExceptions: [Exception first, ..] all } &&
            all.All(one => one.GetType() == first.GetType()))
        {
            failure = first;
        }

        // A thread that could not be started, for want of memory.
        if (failure is TaskSchedulerException { InnerException: OutOfMemoryException outOfMemory })
        {
            failure = outOfMemory;
        }

        (int exitCode, string message) = Classify(failure);
        if (failure.Data.Contains(Unspoken))
        {
            return exitCode;
        }

        terminal.Complain(message);
        if (Environment.GetEnvironmentVariable("NATIVECNN_DEBUG") == "1")
        {
            terminal.Error.WriteLine(failure);
        }

        return exitCode;
    }

    private static (int ExitCode, string Message) Classify(Exception failure) => failure switch
    {
        InterruptedException => (ExitCodes.Interrupted, failure.Message),
        OperationCanceledException => (ExitCodes.Interrupted, "interrupted"),
        ClusterException { IsLoss: true } => (ExitCodes.Failed, failure.Message),
        ClusterException => (ExitCodes.BadInput, failure.Message),
        InputException or DataSetException or AudioFormatException or DeviceException or RungException
            or KernelChoiceException or PlanThresholdsException or RunException or RecipeException or JobException or ExportException
            or ImportException
            or CheckpointException
            or NetworkSpecException or FeatureOptionsException or SafeTensorsException or NpyFormatException =>
            (ExitCodes.BadInput, failure.Message),
        FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException =>
            (ExitCodes.BadInput, $"{failure.Message} Check the path."),
        ProfileException or PuzzleException => (ExitCodes.BadInput, failure.Message),
        DeviceMemoryException => (ExitCodes.Failed,
            $"{failure.Message}; lower --batch-size or --clip-seconds, keep the features in the machine's memory " +
            "(--feature-memory host), or take another --device"),
        KernelFaultException or TrainingDivergedException => (ExitCodes.Failed, failure.Message),
        OutOfMemoryException =>
            (ExitCodes.Failed,
                "out of memory: take shorter clips, a smaller mini-batch or another device, or raise the limit " +
                "(ulimit -v)"),
        FileWriteException { IsFull: false } => (ExitCodes.BadInput, failure.Message),
        IOException or PtxasException or FetchException => (ExitCodes.Failed, failure.Message),
        _ => (ExitCodes.Failed,
            $"unexpected {failure.GetType().Name}: {failure.Message} (NATIVECNN_DEBUG=1 shows where)"),
    };
}
