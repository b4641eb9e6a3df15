// All commands under one root. Building the tree touches neither ILGPU nor Spectre.Console, so that --help is quick.
using System.CommandLine;
using System.CommandLine.Help;
using NativeCnn.Cli.Output;

namespace NativeCnn.Cli.Commands;

internal static class CommandTree
{
    public static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand(
            "Trains 1-D convolutional networks on sound and uses them, on CUDA, OpenCL or the processor.")
        {
            TrainCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            PredictCommand.Create(terminal),
            SweepCommand.Create(terminal),
            RecipeCommand.Create(terminal),
            AverageCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            RunsCommand.Create(terminal),
            ExportCommand.Create(terminal),
            ImportCommand.Create(terminal),
            FeaturesCommand.Create(terminal),
            DataCommand.Create(terminal),
            ModelCommand.Create(terminal),
            DevicesCommand.Create(terminal),
            InspectCommand.Create(terminal),
            GradCheckCommand.Create(terminal),
            StepCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            PuzzlesCommand.Create(terminal),
            BenchCommand.Create(terminal),
            KernelsCommand.Create(terminal),
            CompletionCommand.Create(terminal),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpPage(terminal);
        }

        foreach (VersionOption version in root.Options.OfType<VersionOption>())
        {
            version.Action = new VersionLine();
        }

        return root.WithExamples(
            "nativecnn train                              ten classes of sounds that it makes itself",
            "nativecnn train --data sounds/ --epochs 20   a folder of class folders",
            "nativecnn predict runs/20261122-163000 seven.wav");
    }
}
