using System.Globalization;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>Fills report.html from what a run left.</summary>
internal static class RunReports
{
    public static void Write(RunFolder run, RunConfig config, ConfusionMatrix? confusion, ClassificationReport report)
    {
        TrainingOptions training = config.Training;
        var settings = new Dictionary<string, string>
        {
            ["data"] = config.Data ?? "built-in sounds",
            ["network"] = config.Model.Name,
            ["features"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{config.Features.Kind}, {config.Format.Channels} x {config.Format.Frames} " +
                $"at {config.Features.SampleRate} Hz"),
            ["optimiser"] = Text(
                $"{OptimizerTypes.NameOf(training.Optimizer.GetType())}, learning rate {training.LearningRate}"),
            ["mini-batch"] = Text($"{training.BatchSize}"),
            ["epochs"] = Text($"{training.Epochs}"),
            ["seed"] = Text($"{training.Seed}"),
            ["device"] = config.Device,
            ["version"] = config.Version,
        };
        ReportWriter.Write(run.ReportPath, new RunReport(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Root)), settings, MetricsLog.Read(run.MetricsPath),
            config.Labels, confusion, report));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
