// nativecnn sweep report: what the jobs of a sweep came to so far.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Sweeps;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Commands;

internal static class SweepReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a sweep." };
        Option<string?> output = OptionOf.Text("--output", "FILE.csv", "Write the table as CSV, every figure in it.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "report",
            "Lists the jobs of a sweep, the best first: the settings that vary, the figure that they are compared " +
            "by, epochs, seconds, state and worker. It can be asked while workers are at work.")
        {
            folder, output, json,
        };
        command.SetAction(parsed =>
        {
            var report = SweepReport.Of(parsed.GetValue(folder)!);
            if (parsed.GetValue(output) is { } file)
            {
                OutputFile.ExpectFolder(output, file);
                report.SaveCsv(file);
            }

            if (parsed.GetValue(json))
            {
                foreach (SweepRow row in report.Rows)
                {
                    terminal.Json(SweepJobRecord.Of(report.Plan, row), CliJson.Default.SweepJobRecord);
                }

                terminal.Json(SweepRecord.Of(parsed.GetValue(folder)!, report), CliJson.Default.SweepRecord);
            }
            else
            {
                Print(report, terminal);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn sweep report sweeps/rates", "nativecnn sweep report sweeps/rates --output rates.csv");
    }

    /// <summary>Prints the table, the rungs, what failed, and what mattered.</summary>
    internal static void Print(SweepReport report, Terminal terminal)
    {
        bool hasRungs = report.Plan.Rungs.Count > 0;
        terminal.Table(
            [
                "job", .. report.Plan.Varied, "state", .. hasRungs ? (string[])["rung"] : [], WordOf(report.Metric),
                "epochs", "seconds", "worker",
            ],
            report.Rows.Select(row => (string[])
            [
                $"{row.Job.Number:0000}", .. row.Settings.Select(setting => setting.Text),
                SweepReport.WordOf(row.Job.State), .. hasRungs ? (string[])[$"{row.Job.Batch}"] : [],
                Figure(row.Figure, report.Metric),
                row.Run is { } run ? $"{run.Epochs}/{run.Planned}" : "-",
                row.Run is { Epochs: > 0 } timed ? Show.Seconds(timed.Seconds) : "-",
                row.Job.Owner.Length > 0 ? row.Job.Owner : "-",
            ]),
            leftColumns: 1, "worker", "seconds", "epochs");
        for (int i = 0; i < report.Rungs.Count; i++)
        {
            SweepRung rung = report.Rungs[i];
            terminal.Line(
                $"rung {i}, to epoch {rung.Epochs}: {rung.Jobs} {(rung.Jobs == 1 ? "job" : "jobs")}, {rung.Done} done" +
                (rung.Failed > 0 ? $", {rung.Failed} failed" : "") +
                (rung.Best is { } best
                    ? $"; {WordOf(report.Metric)} from {Figure(rung.Worst, report.Metric)} to " +
                        Figure(best, report.Metric)
                    : ""));
        }

        foreach (SettingEffect effect in report.Effects())
        {
            terminal.Line(
                $"{effect.Name}: {Show.Percent(effect.Share)} of the variance between jobs; means " +
                string.Join(", ", effect.Means.Select(one => $"{one.Value} {Figure(one.Mean, report.Metric)}")));
        }

        foreach (SweepRow row in report.Rows.Where(row => row.Job.State == JobState.Failed))
        {
            terminal.Line($"job {row.Job.Number:0000} failed: {row.Why}");
        }
    }

    private static string WordOf(BestBy metric) => metric switch
    {
        BestBy.F1 => "F1",
        BestBy.Map => "mAP",
        _ => metric.ToString().ToLowerInvariant(),
    };

    private static string Figure(double? figure, BestBy metric) => figure is not { } value ? "-"
        : metric == BestBy.Accuracy ? Show.Percent(value)
        : metric == BestBy.Loss ? Show.Loss(value)
        : Show.Share(value);
}
