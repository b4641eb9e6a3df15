// nativecnn train --folds --jobs DIR: each fold is a job that several commands share.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Caching;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Commands;

/// <summary>Cross-validation by several commands.</summary>
internal static class FoldJobs
{
    /// <summary>Does folds until all are done, and writes what they came to.</summary>
    /// <param name="plan">What is trained; its folder is that of the jobs.</param>
    /// <param name="notes">What was chosen for the user.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="view">How it is shown.</param>
    public static int Run(TrainPlan plan, List<string> notes, Terminal terminal, ITrainingView view)
    {
        IReadOnlyList<(RunConfig Config, string Folder)> folds =
            CrossValidation.Plan(plan.Config, plan.Clips, plan.Folder);
        string definition = DefinitionOf(plan, folds);
        var folder = JobFolder.OpenOrMake(plan.Folder, definition, folds.Count);
        if (folder.Definition != definition)
        {
            throw new InputException(
                $"the folder '{plan.Folder}' holds other jobs: of a sweep, or of folds with other options, other " +
                "data or another version; give another --jobs");
        }

        notes.ForEach(view.Note);
        terminal.Interrupted = () =>
            $"interrupted; the same command goes on, and the folds that were done are in '{plan.Folder}'";

        // Each clip is in every fold, once to validate on: it is decoded for the first of them.
        using FeatureCache? ofThisCommand = plan.Clips.Cache is null ? FeatureCache.Temporary() : null;
        ClipSource clips = plan.Clips with { Cache = plan.Clips.Cache ?? ofThisCommand };
        IReadOnlyList<JobEntry> jobs;
        try
        {
            var told = new JobRemarks(view.Remark, view.Remark);
            jobs = new JobWorker(folder, new JobOptions(), told)
            {
                IsOfTheJob = JobErrors.IsOfTheJob,
                NameOf = job => Path.GetFileName(folds[job.Number].Folder),
            }.Drain(0, Train, terminal.Cancellation);
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException(terminal.Interrupted(), stopped);
        }

        FoldOutcome[] done =
            [.. jobs.Where(job => job.State == JobState.Done).Select(job => FoldOutcome.Load(folder.ResultPath(job)))];
        if (done.Length > 0)
        {
            // Every command that sees the last fold done writes the same.
            CrossValidation.Write(plan.Folder, folds[done.Length - 1].Config, folds.Count, done);
            view.FoldsFinished(CrossValidation.ResultOf(done, plan.Folder));
        }

        foreach (JobEntry job in jobs.Where(job => job.State == JobState.Failed))
        {
            terminal.Complain(
                $"the fold '{folds[job.Number].Config.ValidationGroup}' failed: {folder.WhyFailed(job)} " +
                $"(`nativecnn sweep retry {plan.Folder} {job.Number}` gives it back)");
        }

        return done.Length == folds.Count ? ExitCodes.Done : ExitCodes.Failed;

        void Train(JobClaim claim, CancellationToken stop)
        {
            (RunConfig config, string place) = folds[claim.Job.Number];
            Directory.CreateDirectory(claim.AttemptPath);
            string run = Path.Combine(claim.AttemptPath, Path.GetFileName(place));
            view.FoldStarted(config.ValidationGroup!, claim.Job.Number + 1, folds.Count);
            CrossValidation.RunFold(config, clips, run, GoesOn(folder, claim, run), view, stop).Save(claim.ResultPath);
        }
    }

    /// <summary>
    /// Takes over what an earlier attempt came to, unless only its end was missing: what the report needs of the last
    /// epoch is in no file.
    /// </summary>
    private static bool GoesOn(JobFolder folder, JobClaim claim, string run)
    {
        for (int attempt = claim.Job.Attempt - 1; attempt > 0; attempt--)
        {
            string before = Path.Combine(
                folder.AttemptPath(claim.Job with { Attempt = attempt }), Path.GetFileName(run));
            if (RunFolder.HasCheckpoint(before) && RunSummary.Of(before) is { State: RunState.Finished })
            {
                return false;
            }

            if (RunCopy.TryMake(before, run))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What all commands must have alike: everything but where and how fast they compute.</summary>
    private static string DefinitionOf(TrainPlan plan, IReadOnlyList<(RunConfig Config, string Folder)> folds)
    {
        RunConfig config = plan.Config with { Device = "", Workers = 0, Command = null };
        string data = string.Join('\n', plan.Clips.DataSet.Entries.Select(clip => $"{clip.Path}\t{clip.Label}"));
        return new JsonObject
        {
            ["format_version"] = 1,
            ["kind"] = "folds",
            ["folds"] = new JsonArray([.. folds.Select(fold => JsonValue.Create(Path.GetFileName(fold.Folder)))]),
            ["clips_sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data))),
            ["config"] = JsonNode.Parse(config.ToJson()),
        }.ToJsonString() + "\n";
    }
}
