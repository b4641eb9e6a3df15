// nativecnn sweep: many trainings as jobs in a folder, which any number of shells and machines take from.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Sweeps;

namespace NativeCnn.Cli.Commands;

internal static class SweepCommand
{
    public static Command Create(Terminal terminal)
    {
        var spec = new Argument<string>("SPEC.toml") { Description = "What is searched: see docs/clusters.md." };
        var folder = new Option<string>("--dir")
        {
            HelpName = "DIR",
            Description = "The folder of the jobs and their runs, which all workers see.",
            Required = true,
        };
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> noCache = CommonOptions.NoCache();
        Option<bool> json = CommonOptions.Json();
        Option[] own = [device, workers, cache, noCache];
        var command = new Command(
            "sweep",
            "Trains many times, with other settings each time: a grid of values, values that are drawn, or " +
            "successive halving. Each training is a job in a folder, and the same command in other shells, on other " +
            "machines, under Slurm, Kubernetes or Ray takes jobs from it too, until all are done; the job of a " +
            "worker that was killed is taken up again by another.")
        {
            spec, folder, device, workers, cache, noCache, json,
            SweepReportCommand.Create(terminal), SweepRetryCommand.Create(terminal),
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(spec)!, parsed.GetValue(folder)!,
            [.. own.Where(option => Bound<SweepPlan>.IsGiven(parsed, option)).SelectMany(option => (string[])
                [option.Name, .. parsed.GetResult(option)!.Tokens.Select(token => token.Value)])],
            parsed.GetValue(json), terminal));
        return command.WithExamples(
            "nativecnn sweep rates.toml --dir sweeps/rates",
            "nativecnn sweep rates.toml --dir sweeps/rates --device cuda:1",
            "nativecnn sweep report sweeps/rates",
            "nativecnn sweep report sweeps/rates --output rates.csv",
            "nativecnn sweep retry sweeps/rates");
    }

    private static int Run(string spec, string root, IReadOnlyList<string> own, bool asJson, Terminal terminal)
    {
        var plan = SweepPlan.Load(spec, SweepArguments.Names);
        for (int job = 0; job < plan.Jobs.Count; job++)
        {
            Check(plan, job, spec);
        }

        // Where the data is on no disk of this machine, every job would fail here at once.
        if (plan.Base.FirstOrDefault(setting => setting.Name == "data") is { Text: var data } &&
            !new[] { data, data[..Math.Max(0, data.LastIndexOf(':'))] }.Any(Path.Exists))
        {
            throw new InputException($"the sweep '{spec}': there is no data '{data}' on this machine");
        }

        var folder = JobFolder.OpenOrMake(root, plan.ToJson(), plan.Jobs.Count);
        plan.ExpectSame(SweepPlan.Of(folder), root);
        terminal.Interrupted = () =>
            $"interrupted; the job went back, and `nativecnn sweep {spec} --dir {root}` goes on";
        try
        {
            if (asJson)
            {
                var view = new SweepView(terminal.Error.WriteLine, terminal.Warn, null);
                new SweepWorker(plan, folder, own, view, row => terminal.Json(
                    SweepJobRecord.Of(plan, row), CliJson.Default.SweepJobRecord)).Run(terminal.Cancellation);
            }
            else if (terminal.OutputIsTerminal)
            {
                LiveBar.During(terminal, bar => Work(new SweepView(bar.Line, bar.Warn, bar)));
            }
            else
            {
                Work(new SweepView(terminal.Line, terminal.Warn, null));
            }
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException(terminal.Interrupted(), stopped);
        }

        var report = SweepReport.Of(root);
        if (asJson)
        {
            terminal.Json(SweepRecord.Of(root, report), CliJson.Default.SweepRecord);
        }
        else
        {
            terminal.Line();
            SweepReportCommand.Print(report, terminal);
        }

        return report.Rows.Any(row => row.Job.State == JobState.Done) ? ExitCodes.Done : ExitCodes.Failed;

        bool Work(SweepView view)
        {
            new SweepWorker(plan, folder, own, view, row => view.Line(LineOf(row))).Run(terminal.Cancellation);
            return true;
        }
    }

    /// <summary>Reads a job as it will be read when its turn comes: before anything is trained.</summary>
    private static void Check(SweepPlan plan, int job, string spec)
    {
        try
        {
            SweepArguments.Read(plan.SettingsOf(job));
        }
        catch (Exception error) when (error is InputException or RecipeException)
        {
            throw new InputException(
                $"the sweep '{spec}', job {job:0000} ({string.Join(", ", plan.Jobs[job])}): {error.Message}", error);
        }
    }

    private static string LineOf(SweepRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"job {row.Job.Number:0000}{(row.Why is { } why ? $" failed: {why}" : $" done: {FiguresOf(row)}")}");

    private static string FiguresOf(SweepRow row) => row.Run is not { } run ? "-" :
        (run.MeanAveragePrecision is { } map ? $"mAP {Show.Share(map)}"
            : $"accuracy {Show.Percent(run.Accuracy ?? double.NaN)}") +
        $", loss {Show.Loss(run.Loss ?? double.NaN)}, best epoch {run.BestEpoch} of {run.Epochs}, " +
        $"{Show.Seconds(run.Seconds)} s";
}
