// nativecnn evaluate: how well a trained run does on other labelled sounds.
using System.CommandLine;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model;

namespace NativeCnn.Cli.Commands;

internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = RunArgument.Create();
        Option<string?> data = CommonOptions.Data("Its classes must be among the run's.");
        data.Required = true;
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "evaluate", "Measures a trained run on labelled sounds: accuracy, loss, and each class.")
        {
            run, data, device, workers, json,
        };
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(parsed.GetValue(device)!, parsed.GetValue(workers));
            return Run(opened, parsed.GetValue(run)!, parsed.GetValue(data)!, parsed.GetValue(json), terminal);
        });
        return command.WithExamples(
            "nativecnn evaluate runs/sounds --data other-sounds/",
            "nativecnn evaluate runs/sounds --data test.csv --json");
    }

    private static int Run(ComputeDevice device, string run, string data, bool json, Terminal terminal)
    {
        EvaluationResult result = terminal.OutputIsTerminal && !json
            ? LiveBar.During(terminal, bar => Evaluate((done, total) => bar.Show("features", done, total)))
            : Evaluate(progress: null);
        terminal.Warn(SkippedWarning.Lines(result.Skipped));
        if (json)
        {
            terminal.Json(
                new EvaluationRecord(
                    result.Report.Clips, result.Report.Accuracy, result.Report.Loss, result.Report.Classes,
                    result.Skipped),
                CliJson.Default.EvaluationRecord);
            return ExitCodes.Done;
        }

        terminal.Line($"{data}: {Show.Count(result.Report.Clips)} clips, accuracy " +
            $"{Show.Percent(result.Report.Accuracy)}, loss {Show.Loss(result.Report.Loss)}");
        terminal.Line();
        terminal.Lines(ClassTable.Lines(result.Report));
        return ExitCodes.Done;

        EvaluationResult Evaluate(Action<int, int>? progress) =>
            Evaluation.Run(device, run, data, progress, terminal.Cancellation);
    }
}
