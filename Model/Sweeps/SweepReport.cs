// What a sweep came to so far, read from its folder alone.
using System.Globalization;
using CsvHelper;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sweeps;

/// <summary>The jobs of a sweep, the best first.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Plan">The sweep.</param>
/// <param name="Metric">What jobs are compared by.</param>
/// <param name="Rows">A row a job; with rungs, those that came furthest first.</param>
/// <param name="Rungs">The rungs that were begun; empty where there are none.</param>
public sealed record SweepReport(
    SweepPlan Plan, BestBy Metric, IReadOnlyList<SweepRow> Rows, IReadOnlyList<SweepRung> Rungs)
{
    private const int LeastOfAValue = 2;

    /// <summary>Reads a folder.</summary>
    /// <param name="root">The folder D.</param>
    /// <exception cref="JobException">It holds no sweep.</exception>
    public static SweepReport Of(string root)
    {
        var folder = JobFolder.Open(root);
        var plan = SweepPlan.Of(folder);
        SweepRow[] all =
        [
            .. Enumerable.Range(0, plan.Batches).Where(folder.HasBatch).SelectMany(folder.JobsOf)
                .Select(job => RowOf(plan, folder, job)),
        ];
        BestBy metric = SweepRanking.MetricOf(plan, all.Select(row => row.Run));
        all = [.. all.Select(row => row with { Figure = SweepRanking.Figure(row.Run, metric) })];

        // Seconds and epochs of a run count its lower rungs, which it went on from.
        SweepRow[] last = [.. all.GroupBy(row => row.Job.Number).Select(rungs => rungs.MaxBy(row => row.Job.Batch)!)];
        return new SweepReport(
            plan, metric,
            [
                .. last.GroupBy(row => (row.Job.State == JobState.Failed, -row.Job.Batch)).OrderBy(group => group.Key)
                    .SelectMany(group => SweepRanking.Order(group, metric, row => row.Run, row => row.Job.Number)),
            ],
            [.. plan.Rungs.Select((epochs, i) => RungOf(epochs, [.. all.Where(row => row.Job.Batch == i)], metric))
                .Where(rung => rung.Jobs > 0)]);
    }

    /// <summary>
    /// How much goes with each setting, the most first; empty unless the jobs are a grid without rungs of which all are
    /// done: of others the means compare what is not alike.
    /// </summary>
    public IReadOnlyList<SettingEffect> Effects()
    {
        double[] all = [.. Rows.Select(row => row.Figure ?? double.NaN)];
        double total = Variance(all);
        if (!Plan.IsGrid || Plan.Rungs.Count > 0 || Rows.Any(row => row.Job.State != JobState.Done) || !(total > 0))
        {
            return [];
        }

        return
        [
            .. Plan.Varied.Select((name, i) => EffectOf(name, i)).OfType<SettingEffect>()
                .OrderByDescending(effect => effect.Share),
        ];

        SettingEffect? EffectOf(string name, int place)
        {
            (string Value, double Mean)[] means =
            [
                .. Rows.GroupBy(row => row.Settings[place].Text)
                    .Select(jobs => (jobs.Key, jobs.Average(row => row.Figure!.Value))),
            ];
            return means.Length < 2 || Rows.Count / means.Length < LeastOfAValue
                ? null
                : new SettingEffect(name, Variance([.. means.Select(one => one.Mean)]) / total, means);
        }
    }

    /// <summary>Writes a table for other programs.</summary>
    /// <param name="path">The file, with commas between its fields.</param>
    public void SaveCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        string[] header =
        [
            "job", "rung", .. Plan.Varied, "state", "accuracy", "loss", "f1", "map", "best_epoch", "epochs", "seconds",
            "attempts", "worker", "run", "error",
        ];
        Line(header);
        foreach (SweepRow row in Rows)
        {
            Line(
            [
                row.Job.Number, Plan.Rungs.Count > 0 ? row.Job.Batch : null, .. row.Settings.Select(one => one.Text),
                WordOf(row.Job.State), row.Run?.Accuracy, row.Run?.Loss, row.Run?.F1, row.Run?.MeanAveragePrecision,
                row.Run?.BestEpoch, row.Run?.Epochs, row.Run?.Seconds, row.Job.Attempt, row.Job.Owner,
                row.Job.State == JobState.Done ? Plan.NameOf(row.Job) : "", row.Why,
            ]);
        }

        csv.Flush();

        void Line(object?[] cells)
        {
            foreach (object? cell in cells)
            {
                csv.WriteField(Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "");
            }

            csv.EndRecord();
        }
    });

    /// <summary>A state as it is written: <c>running</c> for a job that a worker has.</summary>
    public static string WordOf(JobState state) =>
        state == JobState.Claimed ? "running" : state.ToString().ToLowerInvariant();

    private static SweepRow RowOf(SweepPlan plan, JobFolder folder, JobEntry job)
    {
        string name = plan.NameOf(job);
        string published = Path.Combine(folder.Root, name);
        string place = job.State == JobState.Done && Directory.Exists(published)
            ? published
            : Path.Combine(folder.AttemptPath(job), name);
        return new SweepRow(job, plan.Jobs[job.Number], Directory.Exists(place) ? RunSummary.Of(place) : null)
        {
            Why = job.State == JobState.Failed ? folder.WhyFailed(job) : null,
        };
    }

    private static SweepRung RungOf(int epochs, SweepRow[] rows, BestBy metric)
    {
        double[] figures =
        [
            .. SweepRanking.Order(
                rows.Where(row => row.Job.State == JobState.Done && row.Figure is not null), metric, row => row.Run,
                row => row.Job.Number).Select(row => row.Figure!.Value),
        ];
        return new SweepRung(
            epochs, rows.Length, rows.Count(row => row.Job.State == JobState.Done),
            rows.Count(row => row.Job.State == JobState.Failed), figures.Length > 0 ? figures[0] : null,
            figures.Length > 0 ? figures[^1] : null);
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
