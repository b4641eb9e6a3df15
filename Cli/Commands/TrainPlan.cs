// From what was asked to what will be done: data, features, clip length and network, checked before
// anything is computed.
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Caching;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Commands;

/// <summary>A training that is ready to begin.</summary>
/// <param name="Config">All choices; the device is still the selector that was asked for.</param>
/// <param name="Clips">The data.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Resumes">True goes on with the run in the folder.</param>
internal sealed record TrainPlan(RunConfig Config, ClipSource Clips, string Folder, bool Resumes)
{
    /// <summary>Plans a run from the options alone.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="note">Told what was chosen for the user.</param>
    public static TrainPlan New(TrainRequest request, Action<string> note)
    {
        ClipSource? files = request.Data is { } path
            ? ClipSource.FromFiles(path, options: request.Reading) with { Cache = request.Cache }
            : null;
        string? group = request.Group ?? (request.Folds ? OwnFolds(files) : null);
        var input = TrainingInput.Of(files, request.Input);
        RunConfig config = request.Configure(new RunConfig
        {
            ClipsPerClass = files is null ? request.Input.ClipsPerClass : null,
            GroupBy = group,
            OwnSplit = request.LikeData?.OwnSplit ?? !request.ValidationGiven,
            PathColumn = request.LikeData?.PathColumn,
            LabelColumn = request.LikeData?.LabelColumn,
            Encoding = request.LikeData?.Encoding,
            PartFolders = request.LikeData?.PartFolders ?? default,
            LabelSeparator = input.Clips.DataSet.LabelSets?.Separator.ToString(),
            Labels = input.Clips.DataSet.Labels,
            Keywords = input.Keywords,
            Features = input.Features,
            ClipSamples = input.ClipSamples,
            FeaturePrecision = request.FeaturePrecision,
            Model = request.Network,
            Training = input.Training,
            Device = CommonOptions.AnyDevice,
            Init = request.Like?.Init,
            Rungs = request.Like?.Rungs,
            Precision = request.Like?.Precision ?? default,
            ValidationGroup = request.Folds ? null : request.LikeData?.ValidationGroup,
        });
        if (input.Surveyed)
        {
            string why = input.LongerClips is { } longer
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"the data has clips of {longer:0.###} s, more than is taken unasked")
                : "as most of the data has it";
            note(string.Create(
                CultureInfo.InvariantCulture,
                $"clips of {input.ClipSeconds:0.###} s at {input.Features.SampleRate} Hz, {why} ") +
                "(--clip-seconds and --sample-rate change it)");
        }

        if (EmptyMelBands.Warning(config.Features) is { } emptyBands)
        {
            note(emptyBands);
        }

        if (files is not null)
        {
            DataNotes.Of(files.DataSet, group, request.Folds, request.ValidationGiven).ForEach(note);
        }

        input.Notes.ToList().ForEach(note);
        string folder = request.Output ?? Path.Combine(
            "runs", DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        return new TrainPlan(config, input.Clips, folder, Resumes: false);
    }

    /// <summary>Plans to go on with a run.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="note">Told what is odd about the data.</param>
    public static TrainPlan Resume(TrainRequest request, Action<string> note)
    {
        RunFolder folder = RunFolder.OpenConfig(request.Resume!);
        RunConfig before = RunConfig.Load(folder.ConfigPath);
        RunConfig config = request.Configure(before);
        if (config.Training.Epochs < before.Training.Epochs)
        {
            throw new InputException(
                $"--epochs {config.Training.Epochs} is fewer than the {before.Training.Epochs} of the run " +
                $"'{request.Resume}'; give more, or leave it out");
        }

        ClipSource clips = ClipsOf(request.Resume!, config, request.Reading.Strict, request.Cache, note);
        bool goesOn = RunFolder.HasCheckpoint(request.Resume!);
        if (!goesOn)
        {
            note("the run was stopped before its first epoch was done: it begins anew");
        }

        return new TrainPlan(config, clips, request.Resume!, goesOn);
    }

    /// <summary>Opens the device.</summary>
    /// <param name="command">The command, for the report.</param>
    /// <returns>
    /// The device, and the plan with what <c>auto</c> and 0 came to: a resumed run must compute on the same device with
    /// as many workers.
    /// </returns>
    public (TrainPlan Plan, ComputeDevice Device) Open(string? command)
    {
        ComputeDevice device = ComputeDevice.Open(Config.Device, Config.Workers, Config.Rungs, Config.Precision);
        RunConfig config = Config with
        {
            Device = device.Info.Selector,
            Workers = device.Workers.Count,
            Rungs = device.Rungs.Overrides,
            Command = command,
        };
        return (this with { Config = config }, device);
    }

    /// <summary>The clips that a run was trained on.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="config">The run's configuration.</param>
    /// <param name="strict">Whether what is odd about a list is an error.</param>
    /// <param name="cache">Where features are kept.</param>
    /// <param name="note">Told what is odd about the data.</param>
    public static ClipSource ClipsOf(
        string folder, RunConfig config, bool strict, FeatureCache? cache, Action<string> note)
    {
        string split = RunFolder.OpenConfig(folder).SplitPath;
        return RunClips.Of(
            config,
            labels => config.Data is { } data
                ? FromFiles(data, labels)
                : ClipSource.BuiltIn(
                    config.Features.SampleRate, (double)config.ClipSamples / config.Features.SampleRate,
                    config.ClipsPerClass ?? 0, config.Training.Seed),
            record: SplitRecord.TryLoad(split));

        // Classes that are new are left out where the run knows which clips it had.
        ClipSource FromFiles(string data, IReadOnlyList<string> labels)
        {
            ClipSource files = ClipSource.FromFiles(
                data, labels,
                config.DataOptions with { LeaveOutUnknownClasses = File.Exists(split), Strict = strict });
            files.DataSet.Notes.ToList().ForEach(note);
            return files with { Cache = cache };
        }
    }

    /// <summary>
    /// The same command does its run over again; any other run, and any other file, is left alone unless forced.
    /// </summary>
    public void CheckFolder(bool force)
    {
        if (Resumes || force || !Directory.Exists(Folder) ||
            Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).All(RunLock.IsNoPartOfARun))
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

        if (!IsThisRun(configPath))
        {
            throw new InputException(
                $"the folder '{Folder}' holds another run; give another --output, or overwrite it with --force");
        }
    }

    // As choices, not as text: older versions wrote other fields. What cannot be read is another run.
    private bool IsThisRun(string configPath)
    {
        try
        {
            RunConfig there = RunConfig.Load(configPath);
            return (there with
            {
                FormatVersion = Config.FormatVersion,
                Version = Config.Version,
                Inspect = Config.Inspect,
            }).ToJson() == Config.ToJson();
        }
        catch (RunException)
        {
            return false;
        }
    }

    private static string OwnFolds(ClipSource? files) => files is { DataSet.Folds.Count: > 0 }
        ? "fold"
        : throw new InputException(
            "--folds needs --group: add --group speaker, --group prefix or --group COLUMN to say what is left out; " +
            "only data with folds of its own needs none");
}
