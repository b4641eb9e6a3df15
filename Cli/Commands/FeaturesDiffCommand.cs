// nativecnn features diff: where our features and another system's part ways, and which setting explains it.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Tools.Differences;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Cli.Commands;

internal static class FeaturesDiffCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "The sound file that the reference was computed of." };
        Option<string?> reference = OptionOf.Text(
            "--reference", "X.npy|X.safetensors",
            "What another system computed: the features, or all stages by the names of Tests/Golden.");
        reference.Required = true;
        Option<string> features = CommonOptions.Features();
        Option<int?> sampleRate = CommonOptions.SampleRate("Without it, the file's own.");
        Option<double> tolerance = OptionOf.Number(
            "--tolerance", "How far values may be apart, times max(1, |reference|).", 1e-3,
            new Interval(0, 1, OpenLow: true));
        Option<string> device = OptionOf.Text(
            "--device", "auto|cpu|cuda[:i]|opencl[:i]|ptx|simulator", "Where the chains are computed.", "cpu");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "diff",
            "Compares the features of a sound with a reference: the first stage that differs, by how much, and the " +
            "setting that explains it. Ends with 0 if they agree, 1 if they differ, 2 for bad input.")
        {
            file, reference, features, sampleRate, tolerance, device, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!, parsed.GetValue(reference)!, parsed.GetValue(features)!,
            parsed.GetValue(sampleRate), parsed.GetValue(tolerance), parsed.GetValue(device)!, parsed.GetValue(json),
            terminal));
        return command.WithExamples(
            "nativecnn features diff seven.wav --reference librosa.npy --features librosa",
            "nativecnn features diff seven.wav --reference golden.safetensors --features kaldi --json");
    }

    private static int Run(
        string file, string referencePath, string chain, int? sampleRate, double tolerance, string device, bool json,
        Terminal terminal)
    {
        var reference = ReferenceFile.Read(referencePath);
        AudioClip clip = AudioFile.Read(file);
        FeatureOptions options = FeaturePresets.Resolve(chain, sampleRate, () => clip.SampleRate);
        FeatureDiffResult result;
        using (ComputeDevice opened = ComputeDevice.Open(device).RemarkingTo(terminal))
        {
            result = FeatureDiff.Compare(
                ClipFeatures.SamplesOf(opened, clip, file, options).ToArray(), options, reference, tolerance, device);
        }

        if (json)
        {
            terminal.Json(DiffRecord.Of(file, referencePath, chain, result), CliJson.Default.DiffRecord);
        }
        else
        {
            terminal.Lines(Lines(chain, result));
        }

        return result.First is null ? ExitCodes.Done : ExitCodes.Differs;
    }

    private static IEnumerable<string> Lines(string chain, FeatureDiffResult result)
    {
        yield return result.First is { } first
            ? $"first differs at: {first.Stage}"
            : $"agrees with the features '{chain}'";
        if (result.First is not null)
        {
            yield return result.Changes.Count == 0 ? "explained by: no change of settings that is known"
                : $"{(result.Explained ? "explained" : "in part explained")} by: {string.Join(", ", result.Changes)}";
        }

        foreach (StageDifference stage in result.Stages)
        {
            yield return $"  {stage}";
        }

        foreach (string note in result.Notes)
        {
            yield return $"  {note}";
        }
    }
}
