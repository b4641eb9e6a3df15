// nativecnn explain --explore: recorded training steps as one page.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Explorers;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

/// <summary>The options <c>--explore</c>, <c>--steps</c> and <c>--keep</c> of a command that takes a network.</summary>
internal sealed class ExploreOption(
    NetworkChoice network, Option<int> batch, Option<int> seed, IReadOnlyList<Option> ofOneNumber)
{
    private readonly Option<string?> explore = OptionOf.Text(
        "--explore", "FILE.html",
        "Write a page instead, one file that needs no network: training steps on the same clips, with every weight, " +
        "activation and gradient to click, its terms, and questions. Without a network, a small one on built-in " +
        "sounds.")
        .In(HelpGroup.Subject);
    private readonly Option<int> steps = OptionOf.Integer(
        "--steps", "With --explore, steps to record: the first five, then ever wider apart.", 20, 1, 60)
        .In(HelpGroup.Subject);
    private readonly Option<int?> keep = OptionOf.Integer(
        "--keep", "N",
        "With --explore, channels and units kept of each layer. Without it, as many as 2 MB hold.", 1, 65_536)
        .In(HelpGroup.Subject);

    public void AddTo(Command command)
    {
        command.Add(explore);
        command.Add(steps);
        command.Add(keep);
    }

    /// <summary>True where a page is asked for.</summary>
    /// <exception cref="InputException">An option was given that says nothing with or without a page.</exception>
    public bool IsAsked(ParseResult parsed)
    {
        bool isAsked = parsed.GetValue(explore) is not null;
        IReadOnlyList<Option> idle = isAsked ? ofOneNumber : [steps, keep];
        return idle.FirstOrDefault(one => parsed.GetResult(one) is { Implicit: false }) is { } option
            ? throw new InputException(isAsked
                ? $"{option.Name} is of one number, and --explore shows all of them: leave one of both out"
                : $"{option.Name} goes with --explore FILE.html: add it, or leave {option.Name} out")
            : isAsked;
    }

    /// <summary>Records the steps and writes the page.</summary>
    public int Run(ParseResult parsed, ComputeDevice device, FeatureCache? cache, bool json, Terminal terminal)
    {
        string file = parsed.GetValue(explore)!;
        OutputFile.ExpectFolder(explore, file);

        (ExplorerStart start, ExplorerSize size) = StartOf(parsed, device, cache, terminal);
        var recording = ExplorerPage.Write(
            file, device, start, size, mayNarrow: parsed.GetValue(keep) is null, terminal.Cancellation);
        if (recording.LeftOut is { } leftOut)
        {
            terminal.Warn([leftOut]);
        }

        long bytes = new FileInfo(file).Length;
        if (json)
        {
            terminal.Json(
                new ExploreRecord(
                    file, recording.StepNumbers.Count, recording.StepNumbers[0], recording.StepNumbers[^1],
                    start.Clips.Count, bytes, recording.LeftOut),
                CliJson.Default.ExploreRecord);
        }
        else
        {
            terminal.Line(
                $"{Show.Count(recording.StepNumbers.Count)} training steps of {start.Capsule.Setting.Source} on " +
                $"{device.Info.Selector}, {Show.Count(start.Clips.Count)} clips: {Show.Bytes(bytes)} in {file}; open " +
                "it in a browser");
        }

        return ExitCodes.Done;
    }

    /// <summary>Where the recording begins, and how much of it is kept.</summary>
    private (ExplorerStart Start, ExplorerSize Size) StartOf(
        ParseResult parsed, ComputeDevice device, FeatureCache? cache, Terminal terminal)
    {
        int clips = parsed.GetValue(batch);
        string? name = network.IsNamed(parsed) ? network.NameOf(parsed) : null;
        if (name is not null && File.Exists(name) && !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var capsule = StepCapsule.Load(name);
            if (parsed.GetResult(batch) is { Implicit: false })
            {
                throw new InputException(
                    $"{batch.Name}: the captured step '{name}' has clips of its own; leave it out");
            }

            return (
                ExplorerStarts.Of(capsule, null, $"From step {capsule.Setting.Step} of {capsule.Setting.Source} on."),
                Size(
                    capsule.Setting.Network, new Shape([.. capsule.Setting.Input]),
                    capsule.Setting.Classes, capsule.Given["targets"].Count, mayDropClips: false));
        }

        (NetworkSpec spec, Shape input, int classes, string? run) = network.SpecOf(parsed);
        if (run is not null)
        {
            ExplorerSize size = Size(spec, input, classes, clips, mayDropClips: true);
            return (OfRun(device, run, size.Clips, cache, terminal), size);
        }

        if (network.HasOwnInput(parsed))
        {
            ExplorerSize size = Size(spec, input, classes, clips, mayDropClips: true);
            return (
                ExplorerStarts.Of(
                    StepCapture.OfNetwork(device, spec, input, classes, size.Clips, parsed.GetValue(seed)), null,
                    $"The network '{spec.Name}' from its initial weights, on random numbers of random classes."),
                size);
        }

        NetworkPreset preset = name is null ? ExplorerStarts.Default : NetworkPresets.Resolve(name);
        ClipFormat format = ExplorerStarts.FormatOf(preset);
        ExplorerSize own = Size(
            preset.Create(), new Shape(format.Channels, format.Frames), SoundSynthesizer.Classes.Count, clips,
            mayDropClips: true);
        return (
            ExplorerStarts.OfBuiltInSounds(device, preset, own.Clips, parsed.GetValue(seed), terminal.Cancellation),
            own);

        ExplorerSize Size(NetworkSpec spec, Shape input, int classes, int clips, bool mayDropClips)
        {
            var options = new ExplorerOptions { Steps = parsed.GetValue(steps), Keep = parsed.GetValue(keep) };
            return ExplorerSize.Of(new NetworkGraph(spec, input, classes), options, clips, mayDropClips);
        }
    }

    private static ExplorerStart OfRun(
        ComputeDevice device, string folder, int clips, FeatureCache? cache, Terminal terminal)
    {
        StepCapsule capsule = StepCommand.CaptureOf(device, folder, clips, cache, terminal);
        var config = RunConfig.Load(RunFolder.OpenConfig(folder).ConfigPath);

        // The schedule of a run that is done has come to almost nothing.
        StepSetting setting = capsule.Setting with { LearningRate = config.Training.LearningRate };
        return ExplorerStarts.Of(
            capsule with { Setting = setting }, config.Labels,
            $"The run {folder} from its last epoch on, on {clips} of its training clips, at its --learning-rate.");
    }
}
