// nativecnn import: weights that another program trained, as a run.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Options;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Importing;

namespace NativeCnn.Cli.Commands;

internal static class ImportCommand
{
    private const int UsualRate = 16_000;

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A safetensors file of weights, such as PyTorch's state_dict.",
        };
        Option<string> model = CommonOptions.Network(NetworkPresets.DefaultName);
        Option<string?> features = CommonOptions.Features("Without it, those that go with the network.");
        Option<string?> labels = OptionOf.Text(
            "--labels", "A,B,C|FILE",
            "The classes in the order of the network's outputs: between commas, or a file with one a line. Without " +
            "it, numbers from 0.");
        Option<int?> sampleRate = CommonOptions.SampleRate(
            $"Without it, that of a feature file; {UsualRate} for features with a name.");
        Option<double> clipSeconds = OptionOf.Number(
            "--clip-seconds", "Length that every clip is cut or padded to.", 1, new Interval(0.01, 600));
        Option<string?> output = OptionOf.Text(
            "--output", "RUN", "The run folder, absent or empty. Without it, runs/ and the file's name.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "import",
            "Makes a run of weights that were trained in PyTorch: by the names of the layers, or by shape and order " +
            "where that leaves no choice. What does not fit is listed. The run predicts, evaluates, exports, and is " +
            "trained on with --init.")
        {
            file, model, features, labels, sampleRate, clipSeconds, output, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            NetworkPreset preset = NetworkPresets.Resolve(parsed.GetValue(model)!);
            string target = parsed.GetValue(output) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(path));
            var request = new ImportRequest
            {
                File = path,
                Network = preset,
                Features = FeaturePresets.Resolve(
                    parsed.GetValue(features) ?? preset.Features, parsed.GetValue(sampleRate), () => UsualRate),
                ClipSeconds = parsed.GetValue(clipSeconds),
                Labels = LabelsOf(parsed.GetValue(labels)),
            };
            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            {
                throw new InputException($"the run folder '{target}' is not empty: give another --output");
            }

            using ComputeDevice device = ComputeDevice.Open("cpu");
            (TrainedModel trained, IReadOnlyList<string> lines) = RunImport.Read(device, request);
            var run = RunFolder.Create(target);
            trained.Config.Save(run.ConfigPath);
            trained.SaveWeights(run.ModelPath);
            if (parsed.GetValue(json))
            {
                terminal.Json(new ImportRecord(target, lines), CliJson.Default.ImportRecord);
            }
            else
            {
                terminal.Lines([$"{target}:", .. lines]);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn import model.safetensors --model article --features mfcc --sample-rate 8000 --labels labels.txt",
            "nativecnn import net.safetensors --model net.json --features logmel --clip-seconds 2 --output runs/net");
    }

    private static string[]? LabelsOf(string? given)
    {
        if (given is null)
        {
            return null;
        }

        string[] labels = File.Exists(given)
            ? [.. File.ReadAllText(given).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')]
            : given.Split(',', StringSplitOptions.TrimEntries);
        string? wrong =
            labels.Any(string.IsNullOrWhiteSpace) ? "one is empty"
            : labels.GroupBy(one => one).FirstOrDefault(same => same.Count() > 1) is { } twice
                ? $"'{twice.Key}' is there twice"
            : null;
        return wrong is null ? labels : throw new InputException($"--labels {given}: {wrong}; give each class once");
    }
}
