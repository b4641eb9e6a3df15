// nativecnn export: a trained run as files that other programs use.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Exporting;

namespace NativeCnn.Cli.Commands;

internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = RunArgument.Create();
        var folder = new Argument<string?>("DIR")
        {
            Description = "The folder for the files, which is made. Without it, RUN/export/FORMAT.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> output = OptionOf.Text("--output", "DIR", "The same as DIR.");
        Option<string> format = OptionOf.Choice(
            "--format", "What to write: " + string.Join(
                "; ", ExportFormats.All.Select(one => $"{one.Name}: {one.About}")) + ".",
            "onnx", [.. ExportFormats.All.Select(one => one.Name)]);
        Option<string?> license = OptionOf.Text(
            "--license", "NAME",
            "For hf: the licence that you give the model, by the Hub's name for it, such as mit, apache-2.0 or " +
            "cc-by-4.0. Without it, the card names none.");
        Option<bool> force = OptionOf.Flag("--force", "Overwrite files of the same names.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("export", "Writes a trained run as files that other programs use.")
        {
            run, folder, format, output, license, force, json,
        };
        command.SetAction(parsed =>
        {
            string source = parsed.GetValue(run)!;
            IExportFormat chosen = ExportFormats.Named(parsed.GetValue(format)!);
            string target = parsed.GetValue(output) ?? parsed.GetValue(folder)
                ?? Path.Combine(source, "export", chosen.Name);
            using ComputeDevice device = ComputeDevice.Open("cpu");
            var model = TrainedModel.Load(device, source);
            if (!parsed.GetValue(force) && Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            {
                throw new InputException(
                    $"the folder '{target}' is not empty: give another one, or --force to overwrite files in it");
            }

            Directory.CreateDirectory(target);
            IReadOnlyList<string> lines = chosen.Write(
                new ExportRequest
                {
                    Model = model, Run = source, Folder = target, License = parsed.GetValue(license),
                });
            if (parsed.GetValue(json))
            {
                terminal.Json(new ExportRecord(chosen.Name, target, lines), CliJson.Default.ExportRecord);
            }
            else
            {
                terminal.Lines([$"{target}:", .. lines]);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn export runs/sounds --format onnx",
            "nativecnn export runs/sounds --format c firmware/sounds");
    }
}
