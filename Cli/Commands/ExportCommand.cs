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
            ExportFormats.All[0].Name, [.. ExportFormats.All.Select(one => one.Name)]);
        Option<string> precision = OptionOf.Choice(
            "--precision",
            "What numbers the network computes with: float32, or int8, of the format c: weights of 8 bits, ranges from "
            + "training clips, 16 bits between layers where 8 lose more than half a point.",
            "float32", ["float32", "int8"]);
        Option<string?> calibration = OptionOf.Text(
            "--calibration", "DATA",
            "Labelled sounds to find the ranges of int8 with. Without it, those that the run was trained on.");
        Option<string?> license = OptionOf.Text(
            "--license", "NAME",
            "For hf: the licence that you give the model, by the Hub's name for it, such as mit, apache-2.0 or " +
            "cc-by-4.0. Without it, the card names none.");
        Option<string> proof = OptionOf.Choice(
            "--proof",
            "What proof.safetensors, for nativecnn verify, is of: synthetic, sounds that NativeCnn makes; clips, "
            + "validation clips of the run, whose sound is passed on then; none.",
            "synthetic", ["synthetic", "clips", "none"]);
        Option<bool> force = OptionOf.Flag("--force", "Overwrite files of the same names.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("export", "Writes a trained run as files that other programs use.")
        {
            run, folder, format, output, precision, calibration, license, proof, force, json,
        };
        command.SetAction(parsed =>
        {
            string source = parsed.GetValue(run)!;
            IExportFormat chosen = ExportFormats.Named(parsed.GetValue(format)!);
            if (parsed.GetValue(output) is { } asOption && parsed.GetValue(folder) is { } asArgument)
            {
                throw new InputException(
                    $"two folders came for the files, '{asArgument}' and --output '{asOption}': give one of them");
            }

            string target = parsed.GetValue(output) ?? parsed.GetValue(folder)
                ?? Path.Combine(source, "export", chosen.Name);
            if (RunSet.Of(source) is { Count: > 1 } runs)
            {
                throw new InputException(
                    $"'{source}' is an ensemble of {runs.Count} runs, and one network is exported at a time: give " +
                    $"one of them, such as '{runs[0]}'");
            }

            bool isInt8 = parsed.GetValue(precision) == "int8";
            if (isInt8 && !chosen.TakesPrecision)
            {
                throw new InputException($"--precision int8: the format {chosen.Name} has floats alone; c has int8");
            }

            if (parsed.GetValue(calibration) is not null && !isInt8)
            {
                throw new InputException("--calibration finds the ranges of int8: give --precision int8 too");
            }

            using ComputeDevice device = ComputeDevice.Open("cpu");
            var model = TrainedModel.Load(device, source);
            if (!parsed.GetValue(force) && Directory.Exists(target) &&
                Directory.EnumerateFileSystemEntries(target).Any())
            {
                throw new InputException(
                    $"the folder '{target}' is not empty: give another one, or --force to overwrite files in it");
            }

            var sounds = Enum.Parse<ProofChoice>(parsed.GetValue(proof)!, ignoreCase: true);
            IReadOnlyList<string> lines = Write(chosen, sounds, new ExportRequest
            {
                Model = model,
                Run = source,
                Folder = target,
                Precision = isInt8 ? ExportPrecision.Bytes : ExportPrecision.Floats,
                License = parsed.GetValue(license),
                Calibration = parsed.GetValue(calibration),
                Cancellation = terminal.Cancellation,
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
            "nativecnn export runs/sounds --format c firmware/sounds",
            "nativecnn export runs/sounds --format c --precision int8");
    }

    /// <summary>Makes the folder and writes; a folder in which nothing came to be is not left behind.</summary>
    private static IReadOnlyList<string> Write(IExportFormat format, ProofChoice proof, ExportRequest request)
    {
        bool isNew = !Directory.Exists(request.Folder);
        Directory.CreateDirectory(request.Folder);
        try
        {
            ExportedFiles exported = format.Write(request);
            return [.. exported.Lines, .. ExportProof.Write(format.Name, request, exported, proof)];
        }
        catch
        {
            if (isNew && !Directory.EnumerateFileSystemEntries(request.Folder).Any())
            {
                Directory.Delete(request.Folder);
            }

            throw;
        }
    }
}
