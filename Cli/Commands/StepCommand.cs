// nativecnn step: one training step, frozen in a file and done again elsewhere.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class StepCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string?> run = new("RUN")
        {
            Description = "With --capture, the run folder that `nativecnn train` left.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> capture = OptionOf.Text(
            "--capture", "FILE",
            "Do the step that comes after the run's last epoch and write all that it begins with and computes: " +
            "mini-batch, parameters, activations, gradients, the optimiser's buffers; safetensors.");
        Option<string?> replay = OptionOf.Text(
            "--replay", "FILE", "Do a captured step again and name the first tensor that comes out different.");
        Option<int?> batch = OptionOf.Integer(
            "--batch-size", "N", "With --capture, clips of the mini-batch. Without it, those of the run.", 1, 65_536);
        Option<int?> stepNumber = OptionOf.Integer(
            "--step", "N",
            "With --capture, this step of the run, from 1, instead of the one after its last epoch: it is trained " +
            "again up to there.", 1, int.MaxValue);
        Option<string> fuse = OptionOf.Choice(
            "--fuse", "With --replay, layers run together where training does so, or each by itself.", "on", "on",
            "off");
        Option<int> ulps = OptionOf.Integer(
            "--ulps",
            "With --replay, so many units in the last place of a tensor's largest number are no difference.", 0, 0,
            int.MaxValue);
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string[]> rungs = CommonOptions.Rungs();
        Option<string> precision = CommonOptions.Precision();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> noCache = CommonOptions.NoCache();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "step",
            "Freezes one training step of a run in a file, and does it again on another device or with another " +
            "kernel. Exit code 1 where a tensor differs.")
        {
            run, capture, replay, batch, stepNumber, fuse, ulps, device, workers, rungs, precision, cache, noCache,
            json,
        };
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(capture);
            string? captured = parsed.GetValue(replay);
            string? folder = parsed.GetValue(run);
            if (file is null == captured is null || (captured is not null && folder is not null))
            {
                throw new InputException(
                    "give either a RUN with --capture FILE, or --replay FILE alone; see `nativecnn step --help`");
            }

            using ComputeDevice opened = ComputeDevice.Open(
                parsed.GetValue(device)!, parsed.GetValue(workers), CommonOptions.RungList(parsed.GetValue(rungs)),
                CommonOptions.PrecisionOf(parsed.GetValue(precision))).RemarkingTo(terminal);
            return captured is not null
                ? Replay(
                    opened, captured, parsed.GetValue(fuse) == "on", parsed.GetValue(ulps), parsed.GetValue(json),
                    terminal)
                : Capture(
                    opened, folder ?? throw new InputException("--capture needs the RUN that the step is of"), file!,
                    parsed.GetValue(batch), CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)),
                    parsed.GetValue(json), terminal, parsed.GetValue(stepNumber));
        });
        return command.WithExamples(
            "nativecnn step runs/digits --capture step.safetensors",
            "nativecnn step --replay step.safetensors --device opencl --ulps 100",
            "nativecnn step --replay step.safetensors --device ptx --rung conv1d=2 --fuse off");
    }

    private static int Capture(
        ComputeDevice device, string folder, string file, int? batchSize, FeatureCache? cache, bool json,
        Terminal terminal, int? step)
    {
        StepCapsule capsule = CaptureOf(device, folder, batchSize, cache, terminal, step);
        capsule.Save(file);
        double loss = capsule.Computed.First(one => one.Name == "loss").Values[0];
        int clipsOfStep = capsule.Given["targets"].Count;
        long bytes = new FileInfo(file).Length;
        if (json)
        {
            terminal.Json(
                new StepCaptureRecord(
                    file, capsule.Setting.Step, clipsOfStep, loss, capsule.Computed.Count, bytes),
                CliJson.Default.StepCaptureRecord);
        }
        else
        {
            terminal.Line(
                $"step {Show.Count(capsule.Setting.Step)} of {folder} on {device.Info.Selector}: " +
                $"{Show.Count(clipsOfStep)} clips, loss {Show.Loss(loss)}, {capsule.Computed.Count} tensors, " +
                $"{Show.Bytes(bytes)} in {file}");
        }

        return ExitCodes.Done;
    }

    /// <summary>The step that a run would do next, or one of its steps.</summary>
    public static StepCapsule CaptureOf(
        ComputeDevice device, string folder, int? batchSize, FeatureCache? cache, Terminal terminal, int? step = null)
    {
        var config = RunConfig.Load(RunFolder.OpenConfig(folder).ConfigPath);
        if (step is { } number)
        {
            return batchSize is not null
                ? throw new InputException("--step takes the mini-batch that the step had: leave --batch-size out")
                : terminal.OutputIsTerminal
                ? LiveBar.During(terminal, bar => Again(new StepSearchView(terminal, bar, number), number))
                : Again(new StepSearchView(terminal, null, number), number);
        }

        if (config.Training.Augmentation.IsOn)
        {
            terminal.Warn(["the step is taken without the run's augmentation"]);
        }

        ClipSource clips = TrainPlan.ClipsOf(folder, config, strict: false, cache, Warn);
        return StepCapture.Of(device, folder, config, clips, batchSize, Warn, terminal.Cancellation);

        void Warn(string line) => terminal.Warn([line]);

        StepCapsule Again(StepSearchView view, int at) => StepCapture.At(
            device, folder, config, TrainPlan.ClipsOf(folder, config, strict: false, cache, Warn), at, view,
            terminal.Cancellation);
    }

    private static int Replay(
        ComputeDevice device, string file, bool fused, long allowed, bool json, Terminal terminal)
    {
        var capsule = StepCapsule.Load(file);
        var replay = StepReplay.Of(device, capsule, fused, allowed);
        if (json)
        {
            foreach (StepDifference one in replay.Tensors)
            {
                terminal.Json(StepDifferenceRecord.Of(one), CliJson.Default.StepDifferenceRecord);
            }
        }
        else
        {
            NonFiniteOrigin? origin = capsule.Computed.All(one => one.Values.All(float.IsFinite))
                ? null
                : NonFiniteOrigin.Of(device, capsule);
            Print(capsule.Setting, replay, origin, device.Info.Selector, allowed, terminal);
        }

        return replay.First is null ? ExitCodes.Done : ExitCodes.Differs;
    }

    private static void Print(
        StepSetting setting, StepReplay replay, NonFiniteOrigin? origin, string device, long allowed,
        Terminal terminal)
    {
        terminal.Line(
            $"step {Show.Count(setting.Step)} of {setting.Source}, captured on {setting.Device}, done again on " +
            device);
        StepDifference[] differing = [.. replay.Tensors.Where(one => one.Differing > 0)];
        string limit = allowed == 0 ? "" : $" by more than {Show.Count(allowed)} ULP";
        if (replay.First is { } first)
        {
            terminal.Table(
                ["tensor", "differing", "worst", "captured", "replayed", "ULP"],
                differing.Select(one => (string[])
                [
                    one.Tensor,
                    $"{Show.Count(one.Differing)} of {Show.Count(one.Shape.Aggregate(1L, (a, b) => a * b))}",
                    one.Place, Number(one.Captured), Number(one.Replayed),
                    one.Ulps == long.MaxValue ? "NaN" : Show.Count(one.Ulps),
                ]));
            terminal.Line($"the first that differs{limit}: {first.Tensor}");
        }

        terminal.Line($"{differing.Length} of {replay.Tensors.Count} tensors differ{limit}");
        if (replay.Uncompared.Count > 0)
        {
            terminal.Line(
                $"not compared, for layers ran together on one side: {string.Join(", ", replay.Uncompared)}");
        }

        if (origin is not null)
        {
            terminal.Line($"the first number that is not finite: {origin.Sentence}");
        }
    }

    private static string Number(float value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
