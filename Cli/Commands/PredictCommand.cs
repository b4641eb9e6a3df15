// nativecnn predict: which class each sound file belongs to.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Features.Audio;
using NativeCnn.Model;

namespace NativeCnn.Cli.Commands;

internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = RunArgument.Create();
        var files = new Argument<string[]>("FILE")
        {
            Description = "Sound files of any sample rate and length.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> top = OptionOf.Integer("--top", "How many of the most probable classes to list.", 3, 1, 1_000_000);
        Option<string> device = CommonOptions.Device();
        Option<bool> strict = CommonOptions.Strict();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "predict",
            "Classifies sound files, a line a file. A file that cannot be read gives a line on standard error and, " +
            "at the end, exit code 2; the others go on.")
        {
            run, files, top, device, strict, json,
        };
        command.SetAction(parsed =>
        {
            using Classifier classifier = Classifier.Load(parsed.GetValue(run)!, parsed.GetValue(device)!);
            classifier.Device.RemarkingTo(terminal);
            return Run(
                classifier, parsed.GetValue(files)!, parsed.GetValue(top), parsed.GetValue(strict),
                parsed.GetValue(json), terminal);
        });
        return command.WithExamples(
            "nativecnn predict runs/sounds seven.wav",
            "nativecnn predict runs/sounds new/*.wav --top 1 --json");
    }

    private static int Run(
        Classifier classifier, string[] files, int top, bool strict, bool json, Terminal terminal)
    {
        int exitCode = ExitCodes.Done;
        foreach (string file in files)
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            try
            {
                Print(file, classifier.Predict(file, strict), top, json, terminal);
            }
            catch (AudioFormatException error)
            {
                terminal.Complain(error.Message);
                exitCode = ExitCodes.BadInput;
            }
        }

        return exitCode;
    }

    private static void Print(string file, Prediction prediction, int top, bool json, Terminal terminal)
    {
        LabelProbability[] first = [.. prediction.Ranked.Take(top)];
        if (json)
        {
            terminal.Json(
                new PredictionRecord(
                    file, prediction.Label, prediction.Probability,
                    [.. first.Select(one => new ProbabilityRecord(one.Label, one.Probability))]),
                CliJson.Default.PredictionRecord);
            return;
        }

        IEnumerable<string> ranked = first.Select(one => $"{one.Label} {Show.Percent(one.Probability)}");
        terminal.Line($"{file}: {string.Join(", ", ranked)}");
    }
}
