// From what was asked to what will be done: data, features, clip length and network, checked before
// anything is computed.
using System.Globalization;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Features.Spectral;
using NativeCnn.Model.Data;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

/// <summary>A training that is ready to begin.</summary>
/// <param name="Config">All choices; the device is still the selector that was asked for.</param>
/// <param name="Clips">The data.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Resumes">True goes on with the run in the folder.</param>
internal sealed record TrainPlan(RunConfig Config, ClipSource Clips, string Folder, bool Resumes)
{
    private const int BuiltInSampleRate = 8000;
    private const double BuiltInSeconds = 1;
    private const double ShortestClip = 0.2;
    private const double LongestClip = 10;

    // A batch of 64 clips is one array, at a rate up to four times as high as the run's.
    private const long MaxClipSamples = int.MaxValue / 256;

    /// <summary>Plans a run from the options alone.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="note">Told what was chosen for the user.</param>
    public static TrainPlan New(TrainRequest request, Action<string> note)
    {
        NetworkSpec network = NetworkSpec.Resolve(request.Model);
        request.Training.Validate();
        ClipSource? files = request.Data is { } path ? ClipSource.FromFiles(path) with { Cache = request.Cache } : null;
        string? group = request.Group ?? (request.Folds ? OwnFolds(files) : null);
        (int SampleRate, double Seconds)? survey = null;
        FeatureOptions features = FeatureSettings.Resolve(
            request.Features, request.SampleRate, () => files is null ? BuiltInSampleRate : Survey().SampleRate);
        double seconds = request.ClipSeconds ?? (files is null ? BuiltInSeconds : UsualLength(Survey().Seconds));
        long samples = Math.Max(1, (long)Math.Round(seconds * features.SampleRate));
        if (samples > MaxClipSamples)
        {
            throw new InputException(
                $"clips of {Show.Seconds(seconds)} s at {features.SampleRate} Hz are too long ({samples} samples, " +
                $"{MaxClipSamples} are allowed); lower --clip-seconds or --sample-rate");
        }

        ClipSource clips = files ?? ClipSource.BuiltIn(
            features.SampleRate, (double)samples / features.SampleRate, request.ClipsPerClass, request.Training.Seed);
        CheckSize(features, (int)samples, clips.DataSet.Entries.Count);
        if (survey is not null)
        {
            note(string.Create(CultureInfo.InvariantCulture,
                $"clips of {seconds:0.###} s at {features.SampleRate} Hz, as most of the data has it") +
                " (--clip-seconds and --sample-rate change it)");
        }

        if (files is not null)
        {
            DataNotes.Of(files.DataSet, group, request.Folds, request.ValidationGiven).ForEach(note);
        }

        var config = new RunConfig
        {
            Data = request.Data is { } given ? Path.GetFullPath(given) : null,
            ClipsPerClass = files is null ? request.ClipsPerClass : null,
            GroupBy = group,
            OwnSplit = !request.ValidationGiven,
            Labels = clips.DataSet.Labels,
            Features = features,
            ClipSamples = (int)samples,
            Model = network,
            Training = request.Training,
            Device = request.Device,
            Workers = request.Workers,
            Rungs = request.Rungs,
            Graph = request.Graph,
            FeatureMemory = request.FeatureMemory,
        };
        string folder = request.Output ?? Path.Combine(
            "runs", DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        return new TrainPlan(config, clips, folder, Resumes: false);

        (int SampleRate, double Seconds) Survey() => survey ??= files!.Survey();
    }

    /// <summary>Plans to go on with a run.</summary>
    public static TrainPlan Resume(TrainRequest request)
    {
        RunFolder folder = RunFolder.OpenToResume(request.Resume!);
        RunConfig config = RunConfig.Load(folder.ConfigPath);
        if (request.Epochs < config.Training.Epochs)
        {
            throw new InputException(
                $"--epochs {request.Epochs} is fewer than the {config.Training.Epochs} of the run " +
                $"'{request.Resume}'; give more, or leave it out");
        }

        config = config with
        {
            Data = request.Data is { } moved ? Path.GetFullPath(moved) : config.Data,
            Device = request.DeviceGiven ? request.Device : config.Device,
            Workers = request.WorkersGiven ? request.Workers : config.Workers,
            Rungs = request.Rungs ?? config.Rungs,
            Graph = request.Graph,
            FeatureMemory = request.FeatureMemory,
            Training = config.Training with { Epochs = request.Epochs ?? config.Training.Epochs },
        };
        ClipSource clips = config.Data is { } data
            ? ClipSource.FromFiles(data, config.Labels) with { Cache = request.Cache }
            : ClipSource.BuiltIn(
                config.Features.SampleRate, (double)config.ClipSamples / config.Features.SampleRate,
                config.ClipsPerClass ?? 0, config.Training.Seed);
        return new TrainPlan(config, clips, request.Resume!, Resumes: true);
    }

    /// <summary>
    /// The same command does its run over again; any other run, and any other file, is left alone unless forced.
    /// </summary>
    public void CheckFolder(bool force)
    {
        if (Resumes || force || !Directory.Exists(Folder) ||
            !Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Any())
        {
            if (File.Exists(Folder))
            {
                throw new InputException($"the run folder '{Folder}' is a file; give another --output");
            }

            return;
        }

        string configPath = Path.Combine(Folder, "config.json");
        if (!File.Exists(configPath))
        {
            throw new InputException($"the folder '{Folder}' is not empty and holds no run; give another --output");
        }

        if (File.ReadAllText(configPath) != Config.ToJson())
        {
            throw new InputException(
                $"the folder '{Folder}' holds another run; give another --output, or overwrite it with --force");
        }
    }

    private static string OwnFolds(ClipSource? files) => files is { DataSet.Folds.Count: > 0 }
        ? "fold"
        : throw new InputException(
            "--folds needs --group: add --group speaker, --group prefix or --group COLUMN to say what is left out; " +
            "only data with folds of its own needs none");

    // Up to a tenth of a second, so that a few samples more or less give the same network.
    private static double UsualLength(double seconds) =>
        Math.Clamp(Math.Ceiling((seconds * 10) - 1e-6) / 10, ShortestClip, LongestClip);

    private static void CheckSize(FeatureOptions features, int samples, int clips)
    {
        int frames = features.Frames(samples);
        if (frames < 1)
        {
            throw new InputException(
                $"clips of {samples} samples are shorter than a frame of {features.FrameLength}; raise --clip-seconds");
        }

        if (frames < features.LeastFrames)
        {
            throw new InputException(
                $"clips of {frames} frames are too short for deltas over {features.LeastFrames}; raise --clip-seconds");
        }

        long elements = (long)(clips + 64) * features.Rows * frames;
        if (elements > int.MaxValue)
        {
            throw new InputException(
                $"the features of {clips} clips, {features.Rows} x {frames} each, would be " +
                $"{Show.Bytes(elements * 4)}; {Show.Bytes(int.MaxValue * 4L)} are allowed: lower --clip-seconds, " +
                "or give a longer hop in --features");
        }
    }
}
