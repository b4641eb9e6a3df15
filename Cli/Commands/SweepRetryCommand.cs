// nativecnn sweep retry: jobs that failed wait again, of a sweep or of folds.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Jobs;

namespace NativeCnn.Cli.Commands;

internal static class SweepRetryCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a sweep, or of train --folds --jobs." };
        var numbers = new Argument<int[]>("JOB")
        {
            Description = "Numbers of jobs that failed; all of them where none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "retry",
            "Gives failed jobs back: they wait again, as if no worker had ended while it had them, and go on from " +
            "their last checkpoint. Workers that are at work take them; where none is, start the command of the jobs again.")
        {
            folder, numbers, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(folder)!, [.. (parsed.GetValue(numbers) ?? []).Distinct()], parsed.GetValue(json),
            terminal));
        return command.WithExamples("nativecnn sweep retry sweeps/rates", "nativecnn sweep retry sweeps/rates 7 12");
    }

    private static int Run(string root, int[] numbers, bool asJson, Terminal terminal)
    {
        var folder = JobFolder.Open(root);
        int last = folder.LastBatch;
        JobEntry[] chosen = numbers.Length > 0
            ? [.. numbers.Select(number => FailedOf(folder, last, number, root))]
            : [.. folder.JobsOf(last).Where(job => job.State == JobState.Failed)];
        int given = 0;
        foreach (JobEntry job in chosen)
        {
            string why = folder.WhyFailed(job);
            if (!folder.TryRetry(job))
            {
                continue; // Another command gave it back.
            }

            given++;
            if (asJson)
            {
                terminal.Json(
                    new SweepRetryRecord(job.Number, job.Batch, why), CliJson.Default.SweepRetryRecord);
            }
            else
            {
                terminal.Line($"job {job.Number:0000} waits again; it had failed: {why}");
            }
        }

        if (!asJson && given == 0)
        {
            terminal.Line($"no job of '{root}' has failed" + (last > 0 ? $" in rung {last}" : ""));
        }

        return ExitCodes.Done;
    }

    private static JobEntry FailedOf(JobFolder folder, int last, int number, string root)
    {
        if (folder.JobsOf(last).FirstOrDefault(job => job.Number == number) is { } job)
        {
            return job.State == JobState.Failed ? job : throw new InputException(
                $"job {number:0000} of '{root}' has not failed: it is {job.State.ToString().ToLowerInvariant()}");
        }

        throw new InputException(last > 0
            ? $"job {number:0000} of '{root}' is none of rung {last}, which is under way: what failed or fell out in " +
                "a rung before it cannot go on any more"
            : $"'{root}' has no job {number:0000}: its last is {folder.NumbersOf(0).Max():0000}");
    }
}
