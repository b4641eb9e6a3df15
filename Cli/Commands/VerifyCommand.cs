// nativecnn verify: does a run, or an export, give here what it gave where it was made?
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Verifying;

namespace NativeCnn.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Run folders, or folders of exports; a folder of folds, or several between commas, stands "
                + "for each of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string[]> rungs = CommonOptions.Rungs();
        Option<string> precision = CommonOptions.Precision();
        Option<bool> run = OptionOf.Flag(
            "--run",
            "For an export as C: compile it (CC, or cc, gcc or clang) and run it. It is a program of whoever made it: "
            + "do so where you trust it.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "verify",
            "Computes the clips of a run's proof again, on any device, or those of an export by its files, and names " +
            "the first stage that gives something else: waveform, features, normalisation, a layer, logits, " +
            "probabilities, a file. Exit code 1 where one does.")
        {
            runs, device, workers, rungs, precision, run, json,
        };
        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(
                parsed.GetValue(device)!, parsed.GetValue(workers), CommonOptions.RungList(parsed.GetValue(rungs)),
                CommonOptions.PrecisionOf(parsed.GetValue(precision))).RemarkingTo(terminal);
            return Verify(
                opened, [.. parsed.GetValue(runs)!.SelectMany(RunSet.Of)], parsed.GetValue(run), parsed.GetValue(json),
                terminal);
        });
        return command.WithExamples(
            "nativecnn verify runs/digits",
            "nativecnn verify runs/digits --device cuda",
            "nativecnn verify runs/strangers --json",
            "nativecnn verify firmware/sounds --run");
    }

    /// <summary>Each run; one that cannot be verified does not keep the others from it.</summary>
    private static int Verify(ComputeDevice device, string[] runs, bool mayRun, bool json, Terminal terminal)
    {
        int exitCode = ExitCodes.Done;
        foreach (string run in runs)
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            try
            {
                ProofResult result = ExportVerification.Of(device, run, mayRun, terminal.Cancellation);
                Print(result, json, terminal);
                exitCode = Math.Max(exitCode, result.Holds ? ExitCodes.Done : ExitCodes.Differs);
            }
            catch (RunException error)
            {
                terminal.Complain(error.Message);
                exitCode = ExitCodes.BadInput;
            }
        }

        return exitCode;
    }

    private static void Print(ProofResult result, bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Json(VerifyRecord.Of(result), CliJson.Default.VerifyRecord);
            return;
        }

        terminal.Table(
            ["stage", "largest error", "allowed", "at", "verdict"],
            result.Stages.Select(stage => (string[])
            [
                stage.Name, Number(stage.LargestError), Number(stage.Allowed), stage.Place ?? "",
                stage.Holds ? "holds" : "PARTS",
            ]), leftColumns: 1, "at", "allowed");
        string clips = result.Setting.Clips.Count == 1 ? "1 clip" : $"{result.Setting.Clips.Count} clips";
        string on = $"{clips} proved on {result.Setting.Device}, computed again on {result.Device}";
        terminal.Line(result.First is { } first
            ? $"{result.Run}: {first.Name} is the first stage that parts" +
                $"{(first.Why is null ? "" : $" ({first.Why})")}; {on}"
            : $"{result.Run}: holds; {on}");
    }

    private static string Number(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
