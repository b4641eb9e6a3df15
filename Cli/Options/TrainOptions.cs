// The options of `train`, and what they say once parsed.
using System.CommandLine;
using System.CommandLine.Parsing;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Options;

/// <summary>What the user asked <c>train</c> to do; null where the choice is left to the programme.</summary>
internal sealed record TrainRequest
{
    public required string? Data { get; init; }

    public required ModelPreset Model { get; init; }

    public required string Features { get; init; }

    public required int? SampleRate { get; init; }

    public required double? ClipSeconds { get; init; }

    public required int? Epochs { get; init; }

    public required TrainingOptions Training { get; init; }

    public required bool ValidationGiven { get; init; }

    public required string Device { get; init; }

    public required bool DeviceGiven { get; init; }

    public required int Workers { get; init; }

    public required bool WorkersGiven { get; init; }

    public required string? Rungs { get; init; }

    public required FloatPrecision? Precision { get; init; }

    public required GraphMode Graph { get; init; }

    public required FeatureMemory FeatureMemory { get; init; }

    public required string? Output { get; init; }

    public required bool Force { get; init; }

    public required string? Resume { get; init; }

    public required string? Group { get; init; }

    public required bool Folds { get; init; }

    public required int ClipsPerClass { get; init; }

    public required FeatureCache? Cache { get; init; }

    public required bool Json { get; init; }
}

/// <summary>The options of <c>train</c>.</summary>
internal sealed class TrainOptions
{
    private static readonly BuiltInNetwork Usual = BuiltInNetworks.Find(BuiltInNetworks.DefaultName)!;

    private static readonly TrainingOptions Defaults = Usual.Training;

    private readonly Option<string?> data = CommonOptions.Data("Without it, ten classes of built-in sounds.");

    private readonly Option<int> clipsPerClass = OptionOf.Integer(
        "--clips-per-class", "Clips of each class of the built-in sounds.", 200, 2, 100_000);

    private readonly Option<string> model = CommonOptions.Network(BuiltInNetworks.DefaultName);

    private readonly Option<string?> features = CommonOptions.Features(
        $"Without it, {Usual.Features}{PresetHelp.Others(preset => preset.Features, Usual.Features)}.");

    private readonly Option<int?> sampleRate = CommonOptions.SampleRate(
        "Without it, the rate that most clips have; 8000 for the built-in sounds.");

    private readonly Option<double?> clipSeconds = OptionOf.Number(
        "--clip-seconds", "S",
        "Length that every clip is cut or padded to. Without it, what 95 % of the clips do not exceed, from 0.2 " +
        "to 10 s; 1 for the built-in sounds.",
        new Interval(0.01, 600));

    private readonly Option<int> epochs = OptionOf.Integer(
        "--epochs", "Passes over the training clips.", Defaults.Epochs, 1, 100_000);

    private readonly Option<int> batchSize = OptionOf.Integer(
        "--batch-size",
        $"Clips of a mini-batch{PresetHelp.Others(preset => preset.Training.BatchSize, Defaults.BatchSize)}.",
        Defaults.BatchSize, 1, 65_536);

    private readonly Option<double> learningRate = OptionOf.Number(
        "--learning-rate",
        "Step size of the optimiser" +
        $"{PresetHelp.Others(preset => preset.Training.LearningRate, Defaults.LearningRate)}.",
        Math.Round(Defaults.LearningRate, 9),
        new Interval(0, 100, OpenLow: true));

    private readonly Option<string?> schedule = OptionOf.Text(
        "--schedule", LearningRateSchedule.Forms,
        "How the learning rate goes on. Without it, " +
        $"{NameOf(Defaults.Schedule)}" +
        $"{PresetHelp.Others(preset => NameOf(preset.Training.Schedule), NameOf(Defaults.Schedule))}. " +
        "cosine and one-cycle reach over all " +
        "epochs; exponential takes a factor an epoch (0.9), step one every so many epochs (0.5:10).");

    private readonly Option<string> optimizer = OptionOf.Choice(
        "--optimizer",
        "The optimiser" +
        $"{PresetHelp.Others(preset => JsonNames.Of(preset.Training.Optimizer), JsonNames.Of(Defaults.Optimizer))}.",
        JsonNames.Of(Defaults.Optimizer), [.. JsonNames.Of(typeof(OptimizerKind))]);

    private readonly Option<double> weightDecay = OptionOf.Number(
        "--weight-decay",
        "Weight decay of the optimiser" +
        $"{PresetHelp.Others(preset => preset.Training.WeightDecay, Defaults.WeightDecay)}.",
        0, new Interval(0, 100));

    private readonly Option<double> labelSmoothing = OptionOf.Number(
        "--label-smoothing", "Share of the target that is spread over all classes.", 0,
        new Interval(0, 1, OpenHigh: true));

    private readonly Option<bool> balanceClasses = OptionOf.Flag(
        "--balance-classes", "Weigh each class by the inverse of its share of the clips.");

    private readonly Option<string?> augment = OptionOf.Text(
        "--augment", "NAME[=VALUE],..|none",
        "What is changed about a clip, anew in every epoch, each up to its value. " + Augmentations.Sentences +
        ". A name alone takes the value in brackets. Without it, nothing is changed.");

    private readonly Option<double> validation = OptionOf.Number(
        "--validation",
        "Share of the clips to validate on. Where the data names its own validation clips or folds, these are taken " +
        "unless this option is given; its test clips stay out either way.",
        Defaults.ValidationFraction,
        new Interval(0, 1, OpenLow: true, OpenHigh: true));

    private readonly Option<string?> group = OptionOf.Text(
        "--group", "prefix|speaker|COLUMN",
        "Keeps clips of a group on one side of the split: the file name up to its first - or _, the second field of " +
        "{label}_{speaker}_{index}, or a column: of the CSV, speaker of Speech Commands and FSDD, src_file of " +
        "ESC-50, fsID of UrbanSound8K. The parts and folds of these data sets are then set aside.");

    private readonly Option<bool> folds = OptionOf.Flag(
        "--folds", "Leave each group out in turn; without --group, each fold that the data names.");

    private readonly Option<long> seed = OptionOf.Seed(
        "--seed", "Seed of initial weights, shuffling, dropout, split and built-in sounds.");

    private readonly Option<string> device = CommonOptions.Device();

    private readonly Option<int> workers = CommonOptions.Workers();

    private readonly Option<string[]> rungs = CommonOptions.Rungs();

    private readonly Option<string> precision = CommonOptions.Precision();

    private readonly Option<string> graph = CommonOptions.Graph();

    private readonly Option<string> featureMemory = CommonOptions.FeatureMemory();

    private readonly Option<string?> output = OptionOf.Text(
        "--output", "DIR", "The run folder. Without it, runs/ and the date and time.");

    private readonly Option<bool> force = OptionOf.Flag("--force", "Let --output overwrite another run.");

    private readonly Option<string?> resume = OptionOf.Text(
        "--resume", "DIR",
        "Go on with the run in DIR, as if it had never stopped. Its options hold; --epochs may raise their number.");

    private readonly Option<string?> cache = CommonOptions.Cache();

    private readonly Option<bool> noCache = CommonOptions.NoCache();

    private readonly Option<bool> json = CommonOptions.Json();

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputException">Options contradict one another.</exception>
    public TrainRequest Read(ParseResult parsed)
    {
        bool resumes = parsed.GetValue(resume) is not null;
        Option[] changeable =
            [resume, epochs, data, device, workers, rungs, precision, graph, featureMemory, cache, noCache, json];
        if (resumes && All.Except(changeable).FirstOrDefault(Given) is { } fixedOption)
        {
            throw new InputException(
                $"{fixedOption.Name} cannot be given with --resume: the run's own options hold; " +
                "leave it out, or train anew without --resume");
        }

        // A resumed run has its network from its folder, whatever the option's default names.
        ModelPreset preset = ModelPreset.Of(parsed.GetValue(model)!);
        return new TrainRequest
        {
            Data = parsed.GetValue(data),
            Model = preset,
            Features = parsed.GetValue(features) ?? preset.Features,
            SampleRate = parsed.GetValue(sampleRate),
            ClipSeconds = parsed.GetValue(clipSeconds),
            Epochs = Given(epochs) ? parsed.GetValue(epochs) : null,
            Training = ReadTraining(parsed, preset.Training, Given),
            ValidationGiven = Given(validation),
            Device = parsed.GetValue(device)!,
            DeviceGiven = Given(device),
            Workers = parsed.GetValue(workers),
            WorkersGiven = Given(workers),
            Rungs = CommonOptions.RungList(parsed.GetValue(rungs)),
            Precision = Given(precision) ? CommonOptions.PrecisionOf(parsed.GetValue(precision)) : null,
            Graph = CommonOptions.ToGraphMode(parsed.GetValue(graph)!),
            FeatureMemory = CommonOptions.ToFeatureMemory(parsed.GetValue(featureMemory)!),
            Output = parsed.GetValue(output),
            Force = parsed.GetValue(force),
            Resume = parsed.GetValue(resume),
            Group = parsed.GetValue(group),
            Folds = parsed.GetValue(folds),
            ClipsPerClass = parsed.GetValue(clipsPerClass),
            Cache = CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)),
            Json = parsed.GetValue(json),
        };

        bool Given(Option option) => parsed.GetResult(option) is OptionResult { Implicit: false };
    }

    private Option[] All =>
    [
        data, clipsPerClass, model, features, sampleRate, clipSeconds, epochs, batchSize, learningRate, schedule,
        optimizer, weightDecay, labelSmoothing, balanceClasses, augment, validation, group, folds, seed, device,
        workers, rungs, precision, graph, featureMemory, output, force, resume, cache, noCache, json,
    ];

    /// <summary>The preset's training, with what was asked for in its place.</summary>
    private TrainingOptions ReadTraining(ParseResult parsed, TrainingOptions preset, Predicate<Option> given)
    {
        return new TrainingOptions
        {
            Epochs = given(epochs) ? parsed.GetValue(epochs) : preset.Epochs,
            BatchSize = given(batchSize) ? parsed.GetValue(batchSize) : preset.BatchSize,
            LearningRate = given(learningRate) ? (float)parsed.GetValue(learningRate) : preset.LearningRate,
            Schedule = parsed.GetValue(schedule) is { } text
                ? Understood("--schedule", text, LearningRateSchedule.Parse)
                : preset.Schedule,
            Seed = parsed.GetValue(seed),
            Optimizer = given(optimizer) ? OptimizerOf(parsed.GetValue(optimizer)!) : preset.Optimizer,
            WeightDecay = given(weightDecay) ? (float)parsed.GetValue(weightDecay) : preset.WeightDecay,
            LabelSmoothing = (float)parsed.GetValue(labelSmoothing),
            BalanceClasses = parsed.GetValue(balanceClasses),
            Augmentation = parsed.GetValue(augment) is { } list
                ? Understood("--augment", list, AugmentationOptions.Parse)
                : preset.Augmentation,
            ValidationFraction = parsed.GetValue(validation),
        };
    }

    private static OptimizerKind OptimizerOf(string name) =>
        (OptimizerKind)JsonNames.Find(typeof(OptimizerKind), name)!;

    // As LearningRateSchedule.Parse takes it.
    private static string NameOf(LearningRateSchedule schedule) => JsonNames.Of(schedule.Kind).Replace('_', '-');

    private static T Understood<T>(string option, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (ArgumentException error)
        {
            throw new InputException($"{option}: {error.Message}", error);
        }
    }
}
