// nativecnn inspect: what the layers of a run are like, and how they came to be so.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Inspection;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Cli.Commands;

internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = RunArgument.Create();
        Option<int> epochs = OptionOf.Integer(
            "--epochs", "Recorded epochs to print of each layer, evenly spaced; 0 for all.", 10, 0, int.MaxValue);
        Option<string?> output = OptionOf.Text(
            "--output", "X.html|X.svg|X.png",
            "Draw the filters of the first convolution there; of filters that read samples their frequency responses " +
            "too. As HTML, all that was recorded with them, in one file.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "inspect",
            "Shows what the layers of a run are like: weights and filters; and where `nativecnn train --inspect N` " +
            "recorded steps, outputs, gradients, updates, dead and saturated units of each epoch, with warnings.")
        {
            run, epochs, output, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(run)!, parsed.GetValue(epochs), parsed.GetValue(output), parsed.GetValue(json), terminal));
        return command.WithExamples(
            "nativecnn train --inspect 50 --output runs/sounds",
            "nativecnn inspect runs/sounds",
            "nativecnn inspect runs/sounds --epochs 0 --output layers.html");
    }

    private static int Run(string folder, int epochs, string? output, bool json, Terminal terminal)
    {
        if (output is not null && Path.GetExtension(output).ToLowerInvariant() is not (".html" or ".svg" or ".png"))
        {
            throw new InputException($"--output takes a .html, .svg or .png file, not '{output}'");
        }

        RunFolder run = RunFolder.OpenConfig(folder);
        RunConfig config = RunConfig.Load(run.ConfigPath);
        IReadOnlyList<StepInspection> steps = InspectionLog.Read(run.InspectPath);
        IReadOnlyList<InspectionWarning> warnings = InspectionWarnings.Of(steps);
        (SafeTensorsFile? weights, FirstFilters? filters) = WeightsOf(run, config);
        if (weights is null && steps.Count == 0)
        {
            throw new RunException($"'{folder}' has neither weights nor recorded steps yet: wait for its first epoch");
        }

        if (output is not null)
        {
            Draw(output, folder, steps, warnings, filters);
        }

        if (json)
        {
            foreach (StepInspection step in steps)
            {
                terminal.Verbatim(step.ToJson());
            }

            terminal.Json(InspectRecord.Of(weights, filters, warnings), CliJson.Default.InspectRecord);
            return ExitCodes.Done;
        }

        var table = new InspectionTable(terminal.Line, terminal.Width);
        table.Head(folder, config, steps);
        table.Layers(steps, epochs);
        table.Warnings(steps, warnings);
        if (weights is not null)
        {
            table.Weights(weights, filters);
        }

        if (output is not null)
        {
            terminal.Line($"drawn in {output}");
        }

        return ExitCodes.Done;
    }

    private static (SafeTensorsFile? Weights, FirstFilters? Filters) WeightsOf(RunFolder run, RunConfig config)
    {
        if (!File.Exists(run.ModelPath))
        {
            return (null, null);
        }

        using var device = ComputeDevice.Open("cpu", workers: 1);
        SafeTensorsFile weights = SafeTensors.Read(run.ModelPath);
        return (weights, FirstFilters.Of(device, config, weights));
    }

    private static void Draw(
        string output, string folder, IReadOnlyList<StepInspection> steps, IReadOnlyList<InspectionWarning> warnings,
        FirstFilters? filters)
    {
        if (Path.GetExtension(output).Equals(".html", StringComparison.OrdinalIgnoreCase))
        {
            InspectionPage.Write(output, folder, steps, warnings, filters);
            return;
        }

        FilterPicture.Draw(
            output, folder,
            filters ?? throw new InputException(
                $"the run '{folder}' has no convolution, or no weights yet, to be drawn; draw the rest as .html"));
    }
}
