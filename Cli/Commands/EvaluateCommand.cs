// nativecnn evaluate: how well a trained run does on other labelled sounds.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Cli.Commands;

internal static class EvaluateCommand
{
    // A file or a pipe has no width: what an editor shows without wrapping.
    private const int WidthOfFiles = 120;

    public static Command Create(Terminal terminal)
    {
        Argument<string> run = RunArgument.CreateForSeveral();
        Option<string?> data = CommonOptions.Data("Its classes must be among the run's.");
        data.Required = true;
        Option<string> part = CommonOptions.Part();
        Option<string?> silence = CommonOptions.Silence(
            "Add so many clips of silence, of a run that has this class. Without it, those that the data has.");
        Option<string?> output = OptionOf.Text(
            "--output", "DIR",
            "Leave report.html (confusions, classes, the worst mistakes to hear and to see) and predictions.csv " +
            "(every clip with the probabilities of all classes) in this folder, which is made.");
        var reading = new DataOptions();
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> noCache = CommonOptions.NoCache();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "evaluate", "Measures a trained run on labelled sounds: accuracy, loss, and each class.")
        {
            run, data, part, silence, output, device, workers, cache, noCache, json,
        };
        reading.AddTo(command);
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(parsed.GetValue(device)!, parsed.GetValue(workers))
                .RemarkingTo(terminal);
            SplitPart? wanted = CommonOptions.ToPart(parsed.GetValue(part));
            return Run(
                opened, parsed.GetValue(run)!, parsed.GetValue(data)!, wanted, reading.Read(parsed),
                CommonOptions.ToShare(silence, parsed.GetValue(silence)),
                CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)),
                parsed.GetValue(output) is { } folder
                    ? new EvaluationOutput { Folder = folder, Command = ShellWords.CommandOf(parsed) }
                    : null,
                parsed.GetValue(json), terminal);
        });
        return command.WithExamples(
            "nativecnn evaluate runs/sounds --data other-sounds/",
            "nativecnn evaluate runs/sounds --data test.csv --json",
            "nativecnn evaluate runs/sounds --data test.csv --output runs/sounds/test",
            "nativecnn evaluate runs/digits --data fsdd/ --part test");
    }

    private static int Run(
        ComputeDevice device, string run, string data, SplitPart? part, DataSetOptions reading, double silence,
        FeatureCache? cache, EvaluationOutput? output, bool json, Terminal terminal)
    {
        EvaluationResult result = terminal.OutputIsTerminal && !json
            ? LiveBar.During(terminal, bar => Evaluate((done, total) => bar.Show("features", done, total)))
            : Evaluate(progress: null);
        terminal.Warn(SkippedWarning.Lines(result.Skipped));
        foreach (string note in result.Notes)
        {
            terminal.Warn([note]);
        }

        if (json)
        {
            terminal.Json(
                new EvaluationRecord(
                    result.Report.Clips, result.Report.Accuracy, result.Report.Loss, result.Report.Classes,
                    result.Confusion?.ToRows(), result.Skipped, output?.ReportPath, output?.PredictionsPath,
                    MultiLabelRecord.Of(result.Report)),
                CliJson.Default.EvaluationRecord);
            return ExitCodes.Done;
        }

        terminal.Line($"{data}: {Show.Count(result.Report.Clips)} clips, {Figures.Of(result.Report)}");
        terminal.Line();
        terminal.Lines(ClassTable.Lines(result.Report, terminal.Width));
        if (result.Confusion is { } confusion)
        {
            terminal.Line();
            terminal.Lines(ConfusionTable.Lines(
                confusion, [.. result.Report.Classes.Select(one => one.Label)], terminal.Width ?? WidthOfFiles));
        }

        if (output is not null)
        {
            terminal.Line();
            terminal.Line($"report: {output.ReportPath}; every clip: {output.PredictionsPath}");
        }

        return ExitCodes.Done;

        EvaluationResult Evaluate(Action<int, int>? progress) =>
            Evaluation.Run(device, run, data, part, progress, cache, reading, silence, output, terminal.Cancellation);
    }
}
