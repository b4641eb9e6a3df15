// nativecnn features: what a network would see of a sound file.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Cli.Commands;

internal static class FeaturesCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "A sound file." };
        Option<string> features = CommonOptions.Features();
        Option<int?> sampleRate = CommonOptions.SampleRate("Without it, the file's own.");
        Option<string?> output = OptionOf.Text(
            "--output", "X.npy|X.csv|X.png|X.svg|X.wav",
            "Write the features there, or draw them: waveform, spectrogram, mel bands and features; or write the " +
            "sound that they are computed of, one channel at their rate, as WAV. Without it, a summary of each row " +
            "is printed.");
        Option<string> device = CommonOptions.Device();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("features", "Computes the features of a sound file, [coefficients, frames].")
        {
            file, features, sampleRate, output, device, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!, parsed.GetValue(features)!, parsed.GetValue(sampleRate), parsed.GetValue(output),
            parsed.GetValue(device)!, parsed.GetValue(json), terminal));
        command.Add(FeaturesDiffCommand.Create(terminal));
        return command.WithExamples(
            "nativecnn features seven.wav",
            "nativecnn features seven.wav --features logmel --output seven.npy",
            "nativecnn features seven.wav --output seven.png",
            "nativecnn features seven.mp3 --sample-rate 16000 --output heard.wav",
            "nativecnn features diff seven.wav --reference librosa.npy --features librosa");
    }

    private static int Run(
        string file, string chain, int? sampleRate, string? output, string device, bool json, Terminal terminal)
    {
        bool isSound = output is not null && Path.GetExtension(output).ToLowerInvariant() is ".wav";
        Action<ClipFeatures>? save = output is null || IsPicture(output) || isSound ? null : WriterFor(output);
        AudioClip clip = AudioFile.Read(file);
        if (clip.Remark is { } remark)
        {
            terminal.Warn([$"{file} is read all the same: {remark.Text}"]);
        }

        FeatureOptions options = FeaturePresets.Resolve(chain, sampleRate, () => clip.SampleRate);
        if (EmptyMelBands.Warning(options) is { } emptyBands)
        {
            terminal.Warn([emptyBands]);
        }

        using ComputeDevice opened = ComputeDevice.Open(device).RemarkingTo(terminal);
        ClipFeatures features = ClipFeatures.Compute(opened, clip, file, options);
        save?.Invoke(features);
        if (output is not null && isSound)
        {
            byte[] sound = WavWriter.EncodeFloat32(
                ClipFeatures.SamplesOf(opened, clip, file, options).ToArray(), options.SampleRate);
            AtomicFile.Write(output, stream => stream.Write(sound));
        }
        else if (output is not null && save is null)
        {
            FeaturePicture.Draw(output, opened, clip, file, options);
        }

        if (json)
        {
            terminal.Json(
                new FeaturesRecord(
                    file, options.SampleRate, features.Seconds, [features.Rows, features.Frames], output,
                    output is null ? [.. Summaries(features)] : null, clip.Remark?.Text),
                CliJson.Default.FeaturesRecord);
            return ExitCodes.Done;
        }

        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{file}: [{features.Rows}, {features.Frames}] from {features.Seconds:0.###} s at ") +
            $"{options.SampleRate} Hz" + (output is null ? "" : $", written to {output}"));
        if (output is null)
        {
            terminal.Table(
                ["row", "min", "mean", "max"],
                Summaries(features).Select(row => (string[])
                [
                    $"{row.Row}", Value(row.Min), Value(row.Mean), Value(row.Max),
                ]));
        }

        return ExitCodes.Done;

        static string Value(double value) => Show.Format(value, "0.000");
    }

    private static bool IsPicture(string path)
    {
        CheckFolder(path);
        return Path.GetExtension(path).ToLowerInvariant() is ".png" or ".svg";
    }

    private static void CheckFolder(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new InputException($"there is no folder '{folder}' to write '{path}' into; make it first");
        }
    }

    private static Action<ClipFeatures> WriterFor(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => features => NpyFile.Write(path, features.Values, features.Rows, features.Frames),
            ".csv" => features => CsvMatrix.Write(path, features.Values, features.Frames),
            _ => throw new InputException($"'{path}' has no known ending; give a .npy, .csv, .png, .svg or .wav file"),
        };

    private static IEnumerable<RowRecord> Summaries(ClipFeatures features)
    {
        for (int row = 0; row < features.Rows; row++)
        {
            float[] values = features.Row(row).ToArray();
            yield return new RowRecord(row, values.Min(), values.Average(), values.Max());
        }
    }
}
