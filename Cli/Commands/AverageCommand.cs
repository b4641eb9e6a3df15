// nativecnn average: the mean of several runs' weights as a run of its own.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class AverageCommand
{
    public static Command Create(Terminal terminal)
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Run folders of one network, one feature chain and the same classes.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> output = OptionOf.Text("--output", "DIR", "The run folder to make; it must be given.");
        var command = new Command(
            "average",
            "Makes a run of the mean of several runs' weights: of runs that began with the same weights (--init). " +
            "Runs that began apart are better named side by side: `nativecnn evaluate RUN,RUN` takes them as an " +
            "ensemble.")
        {
            runs, output,
        };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(output)
                ?? throw new InputException("--output is missing: name the run folder to make");
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            {
                throw new InputException($"the folder '{folder}' is not empty; give another --output");
            }

            string[] named = parsed.GetValue(runs)!;
            RunAverage.Write(named, folder);
            using (var host = ComputeDevice.Open("cpu"))
            {
                ModelProof.Of(TrainedModel.Load(host, folder), folder).Save(RunFolder.At(folder).ProofPath);
            }

            terminal.Line($"the mean of {named.Length} runs: {folder}");
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn average runs/a runs/b runs/c --output runs/mean");
    }
}
