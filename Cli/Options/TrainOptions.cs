// The options of `train`. An option of the training or of the run's configuration is one declaration here: the option,
// and what its value changes about TrainingOptions or RunConfig. Both are then what config.json keeps.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Options;

/// <summary>The options of <c>train</c>.</summary>
internal sealed class TrainOptions
{
    private static readonly NetworkPreset Usual = NetworkPresets.Find(NetworkPresets.DefaultName)!;

    private static readonly TrainingOptions Defaults = Usual.Training;

    private readonly Option<string?> data = CommonOptions.Data("Without it, ten classes of built-in sounds.");

    private readonly DataOptions reading = new();

    private readonly Option<string> multiLabel = CommonOptions.MultiLabel();

    private readonly Option<string> best = OptionOf.Choice(
        "--best",
        "The epoch whose weights are kept: that of the highest validation accuracy, the lowest loss, the highest " +
        "macro F1, or the highest mean average precision, which is for clips that may have several labels and their " +
        "default.",
        "accuracy", "accuracy", "loss", "f1", "map")
        .In(HelpGroup.Training);

    private readonly Option<bool> acceptChanges = OptionOf.Flag(
        "--accept-changes",
        "Let --resume go on though clips of the run are gone or changed: without the gone ones, with the others as " +
        "they are now.")
        .In(HelpGroup.Data);

    private readonly Option<int> clipsPerClass = OptionOf.Integer(
        "--clips-per-class", "Clips of each class of the built-in sounds.", 200, 2, 100_000)
        .In(HelpGroup.Data);

    private readonly Option<string?> recipe = OptionOf.Text(
        "--recipe", "NAME|FILE.toml",
        "Everything about the training but its data: network, features, augmentation, optimiser, schedule, loss. " +
        $"Other options change what it says. {string.Join(", ", RecipeBook.Names)}; `nativecnn recipe` prints them.")
        .Completing(() => RecipeBook.Names)
        .In(HelpGroup.Recipe);

    private readonly Option<string?> like = OptionOf.Text(
        "--like", "RUN",
        "Train as the run in the folder RUN was trained: its recipe, and its data and split unless --data is given. " +
        "Other options change what it says.")
        .In(HelpGroup.Recipe);

    private readonly Option<string?> init = OptionOf.Text(
        "--init", "RUN",
        "Begin with the weights of the run in the folder RUN, as far as names and shapes agree; where the classes " +
        "are others, the last layer is new.")
        .In(HelpGroup.Recipe);

    private readonly Option<string> model = CommonOptions.Network(NetworkPresets.DefaultName);

    private readonly Option<string?> features = CommonOptions.Features(
        $"Without it, {Usual.Features}{PresetHelp.Others(preset => preset.Features, Usual.Features)}.");

    private readonly Option<int?> sampleRate = CommonOptions.SampleRate(
        "Without it, the rate that most clips have; 8000 for the built-in sounds.");

    private readonly Option<double?> clipSeconds = OptionOf.Number(
        "--clip-seconds", "S",
        "Length that every clip is cut or padded to. Without it, what 95 % of the clips exceed by 1 % at most, " +
        "in tenths of a second from 0.2 to 10; 1 for the built-in sounds.",
        new Interval(0.01, 600))
        .In(HelpGroup.Features);

    private readonly Option<int> epochs = OptionOf.Integer(
        "--epochs", "Passes over the training clips.", Defaults.Epochs, 1, 100_000)
        .In(HelpGroup.Training);

    private readonly Option<double?> minutes = OptionOf.Number(
        "--minutes", "M",
        "Train for so many minutes at most, features and all: the number of epochs, and the schedule with it, comes " +
        "from how long an epoch takes.",
        new Interval(0, 1_000_000, OpenLow: true))
        .In(HelpGroup.Training);

    private readonly Option<string?> augment = OptionOf.Text(
        "--augment", "NAME[=VALUE],..|none",
        "What is changed about a clip, anew in every epoch, each up to its value. " + Augmentations.Sentences +
        ". A name alone takes the value in brackets. Without it, nothing is changed.")
        .Completing(() => [.. Augmentations.Names, "none"])
        .In(HelpGroup.Augmentation);

    /// <summary>The classes that keyword spotting needs beside its words.</summary>
    private readonly Bound<KeywordOptions>[] keywordOptions =
    [
        Bound<KeywordOptions>.Of(
            CommonOptions.Silence(
                "Adds a class silence with so many clips, 10% or 0.1 of those of the other classes but unknown: cut " +
                "from the recordings of --augment background, else of the data's _background_noise_, else " +
                "synthesised noise."),
            (keywords, value) => keywords with { Silence = KeywordOptions.ParseShare(value!) }),
        Bound<KeywordOptions>.Of(
            OptionOf.Text(
                "--unknown", "CLASS,..[:SHARE]",
                "Merges these classes into one, unknown. With a share, 10% or 0.1, so many clips of them as that is " +
                "of the other classes' clips; without it, all.").In(HelpGroup.Data),
            (keywords, value) => keywords.WithUnknown(value!)),
    ];

    private readonly Option<double> validation = OptionOf.Number(
        "--validation",
        "Share of the clips to validate on. Where the data names its own validation clips or folds, these are taken " +
        "unless this option is given; its test clips stay out either way.",
        Defaults.ValidationFraction,
        new Interval(0, 1, OpenLow: true, OpenHigh: true))
        .In(HelpGroup.Split);

    private readonly Option<string?> group = OptionOf.Text(
        "--group", "prefix|speaker|COLUMN",
        "Keeps clips of a group on one side of the split: the file name up to its first - or _, the second field of " +
        "{label}_{speaker}_{index}, or a column: of the CSV, speaker of Speech Commands and FSDD, src_file of " +
        "ESC-50, fsID of UrbanSound8K. The parts and folds of these data sets are then set aside.")
        .In(HelpGroup.Split);

    private readonly Option<string> featurePrecision = CommonOptions.FeaturePrecision();

    private readonly Option<bool> folds = OptionOf.Flag(
        "--folds", "Leave each group out in turn; without --group, each fold that the data names.")
        .In(HelpGroup.Split);

    private readonly Option<string?> jobs = OptionOf.Text(
        "--jobs", "DIR",
        "Let several commands share the folds of --folds: each fold is a job in the folder DIR, which any number of " +
        "shells and machines that start the same command take from. DIR is then what --output would be.")
        .In(HelpGroup.Split);

    private readonly Option<string?> output = OptionOf.Text(
        "--output", "DIR", "The run folder. Without it, runs/ and the date and time.")
        .In(HelpGroup.Output);

    private readonly Option<bool> force = OptionOf.Flag("--force", "Let --output overwrite another run.")
        .In(HelpGroup.Output);

    private readonly Option<string?> resume = OptionOf.Text(
        "--resume", "DIR",
        "Go on with the run in DIR, as if it had never stopped. Its options hold; --epochs may raise their number.")
        .In(HelpGroup.Output);

    private readonly Option<bool> tensorBoard = OptionOf.Flag(
        "--tensorboard",
        "Write events.out.tfevents.nativecnn into the run folder, for TensorBoard: curves, learning rate and " +
        "confusion matrix. --resume goes on with it.")
        .In(HelpGroup.Output);

    private readonly Option<string?> cache = CommonOptions.Cache();

    private readonly Option<bool> noCache = CommonOptions.NoCache();

    private readonly Option<bool> json = CommonOptions.Json();

    /// <summary>How to train, in the order in which they apply: the optimiser before its settings.</summary>
    private readonly Bound<TrainingOptions>[] trainingOptions;

    /// <summary>What a resumed run may change.</summary>
    private readonly Bound<RunConfig>[] runOptions;

    /// <summary>Declares the options.</summary>
    public TrainOptions()
    {
        trainingOptions =
        [
            Bound<TrainingOptions>.Of(
                OptionOf.Integer(
                    "--batch-size",
                    "Clips of a mini-batch" +
                    $"{PresetHelp.Others(preset => preset.Training.BatchSize, Defaults.BatchSize)}.",
                    Defaults.BatchSize, 1, 65_536).In(HelpGroup.Training),
                (training, value) => training with { BatchSize = value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--learning-rate",
                    "Step size of the optimiser" +
                    $"{PresetHelp.Others(preset => preset.Training.LearningRate, Defaults.LearningRate)}.",
                    Math.Round(Defaults.LearningRate, 9),
                    new Interval(0, 100, OpenLow: true)).In(HelpGroup.Optimizer),
                (training, value) => training with { LearningRate = (float)value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Text(
                    "--schedule", LearningRateSchedule.Forms,
                    $"How the learning rate goes on: {ScheduleSentences}. Without it, {Defaults.Schedule.Kind}" +
                    $"{PresetHelp.Others(preset => preset.Training.Schedule.Kind, Defaults.Schedule.Kind)}.")
                    .In(HelpGroup.Optimizer),
                (training, value) => training with { Schedule = LearningRateSchedule.Parse(value!) }),
            Bound<TrainingOptions>.Of(
                OptionOf.Choice(
                    "--optimizer",
                    $"The optimiser: {OptimizerSentences}. Without it, {NameOf(Defaults.Optimizer)}" +
                    $"{PresetHelp.Others(preset => NameOf(preset.Training.Optimizer), NameOf(Defaults.Optimizer))}.",
                    NameOf(Defaults.Optimizer), [.. OptimizerTypes.Names]).In(HelpGroup.Optimizer),
                (training, value) =>
                    training with { Optimizer = OptimizerTypes.Instead(training.Optimizer, value) }),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--weight-decay", $"Weight decay of the optimiser{PresetHelp.Others(WeightDecayOf, 0f)}.", 0,
                    new Interval(0, 100)).In(HelpGroup.Optimizer),
                (training, value) => WithSetting(training, "weight_decay", value)),
            Bound<TrainingOptions>.Of(
                OptionOf.Choice(
                    "--decay", "What decays: all parameters, or the weights alone, without biases and normalisation.",
                    "all", "all", "weights")
                    .In(HelpGroup.Optimizer),
                (training, value) =>
                    training with { DecayOf = value == "weights" ? DecayScope.Weights : DecayScope.All }),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--clip-norm", "Scale gradients down to this norm over all parameters; 0 for never.", 0,
                    new Interval(0, 1e9))
                    .In(HelpGroup.Optimizer),
                (training, value) => training with { ClipNorm = (float)value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--ema",
                    "Validate and save a moving average of the weights that keeps this share at each step, such as " +
                    "0.999; 0 for the weights themselves.",
                    0, new Interval(0, 1, OpenHigh: true))
                    .In(HelpGroup.Training),
                (training, value) => training with { AverageDecay = (float)value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Integer(
                    "--accumulate",
                    "Mini-batches whose gradients make one step of the optimiser: with N, as mini-batches of N times " +
                    "the clips (batch normalisation still sees each by itself).",
                    1, 1, 65_536)
                    .In(HelpGroup.Training),
                (training, value) => training with { Accumulate = value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Integer(
                    "--shards",
                    "Parts that each mini-batch is cut into; their gradients are added in one order, so that the " +
                    "weights are the same with 1, 2 or more processes (mpirun -n 4 nativecnn train ...), up to one " +
                    "for each part. Batch normalisation sees each part by itself. 0 for none; 8 where mpirun starts " +
                    "the command.",
                    0, 0, 4096)
                    .In(HelpGroup.Training),
                (training, value) => training with { Shards = value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--warm-up", "EPOCHS", "Epochs in which the learning rate rises to the schedule's own.",
                    new Interval(0, 100_000))
                    .In(HelpGroup.Optimizer),
                (training, value) => training with { Schedule = training.Schedule with { WarmUp = value!.Value } }),
            Bound<TrainingOptions>.Of(
                OptionOf.Text(
                    "--freeze", "PREFIX,..",
                    "Parameters whose names begin so stay as they are, such as conv1; `model summary` names them.")
                    .In(HelpGroup.Optimizer),
                (training, value) => training.WithLayerRates(
                    string.Join(',', Listed(value!).Select(prefix => $"{prefix}=0")))),
            Bound<TrainingOptions>.Of(
                OptionOf.Text(
                    "--layer-rate", "PREFIX=FACTOR,..",
                    "Parameters whose names begin so learn at this share of the learning rate.")
                    .In(HelpGroup.Optimizer),
                (training, value) => training.WithLayerRates(value!)),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--momentum", "X", $"Momentum of the optimiser. Without it, {UsualOfEach("momentum")}.",
                    new Interval(0, 1, OpenHigh: true)).In(HelpGroup.Optimizer),
                (training, value) => WithSetting(training, "momentum", value!)),
            Bound<TrainingOptions>.Of(
                OptionOf.Flag(
                    "--nesterov",
                    $"Nesterov's momentum, of {string.Join(" and ", OptimizerTypes.Having("nesterov"))}.")
                    .In(HelpGroup.Optimizer),
                (training, value) => WithSetting(training, "nesterov", value)),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--label-smoothing", "Share of the target that is spread over all classes.", 0,
                    new Interval(0, 1, OpenHigh: true)).In(HelpGroup.Training),
                (training, value) => training with { LabelSmoothing = (float)value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Text(
                    "--loss", Losses.Forms,
                    "What training makes smaller. focal counts a clip the less, the surer the network is of its " +
                    "class already: by (1 - p)^GAMMA, 2 by default. Without it, cross-entropy; where clips may have " +
                    "several labels, that of a sigmoid for each.")
                    .In(HelpGroup.Training),
                (training, value) => training with { FocalGamma = Losses.ParseGamma(value!) }),
            Bound<TrainingOptions>.Of(
                best, (training, value) => training with { Best = Enum.Parse<BestBy>(value, ignoreCase: true) }),
            Bound<TrainingOptions>.Of(
                OptionOf.Flag("--balance-classes", "Weigh each class by the inverse of its share of the clips.")
                    .In(HelpGroup.Training),
                (training, value) => training with { BalanceClasses = value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Choice(
                    "--sampling",
                    "The clips of an epoch: each once, or as many with every class drawn equally often.",
                    "shuffled", "shuffled", "balanced")
                    .In(HelpGroup.Training),
                (training, value) => training with { Sampling = Enum.Parse<Sampling>(value, ignoreCase: true) }),
            Bound<TrainingOptions>.Of(
                OptionOf.Number(
                    "--crop", "S",
                    "Seconds of each clip that the network is given: in training a stretch that is drawn anew in " +
                    "each epoch. Without it, the whole clip.",
                    new Interval(0, 600, OpenLow: true)).In(HelpGroup.Augmentation),
                (training, value) => training with { CropSeconds = value!.Value }),
            Bound<TrainingOptions>.Of(
                OptionOf.Integer(
                    "--test-crops",
                    "Stretches of a clip, evenly spread over it, whose answers are averaged in validation and use; " +
                    "needs --crop.", 1, 1, 1000).In(HelpGroup.Augmentation),
                (training, value) => training with { TestCrops = value }),
            Bound<TrainingOptions>.Of(
                augment,
                (training, value) => training with { Augmentation = AugmentationOptions.Parse(value!) }),
            Bound<TrainingOptions>.Of(
                OptionOf.Seed("--seed", "Seed of initial weights, shuffling, dropout, split and built-in sounds.")
                    .In(HelpGroup.Training),
                (training, value) => training with { Seed = value }),
            Bound<TrainingOptions>.Of(
                validation, (training, value) => training with { ValidationFraction = value }),
        ];
        runOptions =
        [
            Bound<RunConfig>.Of(data, (config, value) => config with { Data = Path.GetFullPath(value!) }),
            Bound<RunConfig>.Of(reading.PathColumn, (config, value) => config with { PathColumn = value }),
            Bound<RunConfig>.Of(reading.LabelColumn, (config, value) => config with { LabelColumn = value }),
            Bound<RunConfig>.Of(reading.Encoding, (config, value) => config with { Encoding = value }),
            Bound<RunConfig>.Of(
                reading.PartFolders,
                (config, value) => config with { PartFolders = CommonOptions.ToPartFolders(value) }),
            Bound<RunConfig>.Of(acceptChanges, (config, value) => config with { AcceptChanges = value }),
            Bound<RunConfig>.Of(
                epochs,
                (config, value) => config with
                {
                    Training = config.Training with { Epochs = value, Presentations = 0 },
                }),
            Bound<RunConfig>.Of(
                minutes,
                (config, value) => config with { Training = config.Training with { Minutes = value!.Value } }),
            Bound<RunConfig>.Of(
                OptionOf.Integer(
                    "--patience", "N",
                    "Stop after so many epochs without a better validation; 0 for never, which is the default.", 0,
                    100_000).In(HelpGroup.Training),
                (config, value) => config with
                {
                    Training = config.Training with { Patience = value ?? config.Training.Patience },
                }),
            Bound<RunConfig>.Of(init, (config, value) => config with { Init = Path.GetFullPath(value!) }),
            Bound<RunConfig>.Of(CommonOptions.Device(), (config, value) => config with { Device = value }),
            Bound<RunConfig>.Of(CommonOptions.Workers(), (config, value) => config with { Workers = value }),
            Bound<RunConfig>.Of(
                CommonOptions.Rungs(), (config, value) => config with { Rungs = CommonOptions.RungList(value) }),
            Bound<RunConfig>.Of(
                CommonOptions.Precision(),
                (config, value) => config with { Precision = CommonOptions.PrecisionOf(value) }),
            Bound<RunConfig>.Of(
                CommonOptions.Graph(), (config, value) => config with { Graph = CommonOptions.ToGraphMode(value) }),
            Bound<RunConfig>.Of(
                OptionOf.Integer(
                    "--inspect", "N",
                    "Record every N-th step, and the last of an epoch that has none, in inspect.jsonl of the run " +
                    "folder: what outputs, weights, gradients and updates of each layer are like; see `nativecnn " +
                    "inspect`. The weights come out the same. Without it, nothing is recorded.", 1, int.MaxValue)
                    .In(HelpGroup.Output),
                (config, value) => config with { Inspect = value }),
            Bound<RunConfig>.Of(
                OptionOf.Integer(
                    "--checkpoint-every", "Epochs from one checkpoint to the next; the last epoch always has one.", 1,
                    1, 100_000).In(HelpGroup.Output),
                (config, value) => config with { CheckpointEvery = value }),
            Bound<RunConfig>.Of(
                CommonOptions.FeatureMemory(),
                (config, value) => config with { FeatureMemory = CommonOptions.ToFeatureMemory(value) }),
        ];
    }

    private static string OptimizerSentences => string.Join(
        "; ", OptimizerTypes.All.Select(one => $"{one.Key}: {OptimizerTypes.InfoOf(one.Value).Sentence}"));

    private static string ScheduleSentences =>
        string.Join("; ", ScheduleKind.All.Select(kind => $"{kind.OptionName}: {kind.Sentence}"));

    /// <summary>All, in the order of the help page; data and epochs are among the run's too.</summary>
    private IEnumerable<Option> All => ((Option[])
    [
        data, reading.PathColumn, reading.LabelColumn, reading.Encoding, reading.PartFolders, multiLabel,
        clipsPerClass, recipe, like, model, features, featurePrecision, sampleRate, clipSeconds, epochs,
        .. trainingOptions.Select(one => one.Option), .. keywordOptions.Select(one => one.Option), group, folds,
        jobs, .. runOptions.Select(one => one.Option), output, force, resume, tensorBoard, cache, noCache,
        reading.Strict, json,
    ]).Distinct();

    /// <summary>What may be given with --resume.</summary>
    private IEnumerable<Option> Changeable =>
    [
        .. runOptions.Select(one => one.Option).Except([init, minutes]), resume, tensorBoard, cache, noCache,
        reading.Strict, json,
    ];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Names of all options.</summary>
    public IReadOnlyList<string> Names => [.. All.Select(option => option.Name)];

    /// <summary>Names of those that may be given with --resume.</summary>
    public IReadOnlyList<string> ChangeableNames => [.. Changeable.Select(option => option.Name)];

    /// <summary>The folder of jobs that is named; null for none.</summary>
    public string? JobsOf(ParseResult parsed) => parsed.GetValue(jobs);

    /// <summary>What was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="instead">The recipe in the place of one that options name; null for theirs.</param>
    /// <exception cref="InputException">Options contradict one another.</exception>
    public TrainRequest Read(ParseResult parsed, Recipe? instead = null)
    {
        bool resumes = parsed.GetValue(resume) is not null;
        if (!resumes && Given(acceptChanges))
        {
            throw new InputException("--accept-changes is for --resume: a new run takes the data as it is");
        }

        if (resumes && All.Except(Changeable).FirstOrDefault(Given) is { } fixedOption)
        {
            throw new InputException(
                $"{fixedOption.Name} cannot be given with --resume: the run's own options hold; " +
                "leave it out, or train anew without --resume");
        }

        if (Given(minutes) && Given(epochs))
        {
            throw new InputException("--minutes and --epochs both say how long to train: give one of them");
        }

        if (Given(jobs) && !Given(folds))
        {
            throw new InputException(
                "--jobs shares the folds of --folds between commands: add --folds, or see `nativecnn sweep --help`");
        }

        if (Given(jobs) && (Given(output) || Given(force)))
        {
            throw new InputException(
                "--jobs names the folder that everything goes to: leave " +
                $"{(Given(output) ? "--output" : "--force")} out");
        }

        if (Given(recipe) && Given(like))
        {
            throw new InputException("--recipe and --like both say how to train: give one of them");
        }

        // A resumed run has its network from its folder, whatever the option's default names.
        RunConfig? other = parsed.GetValue(like) is { } run
            ? RunConfig.Load(RunFolder.OpenConfig(run).ConfigPath)
            : null;
        bool takesData = other is not null && !Given(data);
        Recipe chosen = instead is not null ? instead
            : other is not null ? Recipe.Of(other)
            : parsed.GetValue(recipe) is { } name ? RecipeBook.Resolve(name)
            : Recipe.Of(NetworkPresets.Resolve(parsed.GetValue(model)!));
        DataSetOptions read = reading.Read(parsed);
        return new TrainRequest
        {
            Data = takesData ? other!.Data : parsed.GetValue(data),
            Reading = takesData
                ? other!.DataOptions with { Strict = read.Strict }
                : read with { MultiLabel = CommonOptions.ToMultiLabel(parsed, multiLabel) },
            Like = other,
            TakesLikeData = takesData,
            Network = Given(model) ? NetworkPresets.Resolve(parsed.GetValue(model)!).Create() : chosen.Network,
            Input = new TrainingInputOptions
            {
                Features = parsed.GetValue(features) is { } own ? FeatureChoice.Named(own) : chosen.Features,
                Training = Train(chosen.Training),
                KeepBest = Given(best) || other is not null,
                Keywords = Applied(keywordOptions, chosen.Keywords ?? new KeywordOptions()),
                SampleRate = parsed.GetValue(sampleRate) ?? chosen.SampleRate,
                ClipSeconds = parsed.GetValue(clipSeconds) ?? chosen.ClipSeconds,
                ClipsPerClass = takesData && !Given(clipsPerClass)
                    ? other!.ClipsPerClass ?? parsed.GetValue(clipsPerClass)
                    : parsed.GetValue(clipsPerClass),
                NameOf = name => $"--{name}",
            },
            FeaturePrecision = Given(featurePrecision)
                ? CommonOptions.ToFeaturePrecision(parsed.GetValue(featurePrecision)!)
                : chosen.FeaturePrecision,
            Configure = config => Applied(runOptions, config),
            ValidationGiven = Given(validation),
            Group = parsed.GetValue(group) ?? (takesData ? other!.GroupBy : null),
            Folds = parsed.GetValue(folds),
            Cache = CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)),
            Jobs = parsed.GetValue(jobs),
            Output = parsed.GetValue(jobs) ?? parsed.GetValue(output),
            Force = parsed.GetValue(force),
            Resume = parsed.GetValue(resume),
            TensorBoard = parsed.GetValue(tensorBoard),
            Json = parsed.GetValue(json),
        };

        bool Given(Option option) => Bound<RunConfig>.IsGiven(parsed, option);

        TrainingOptions Train(TrainingOptions training)
        {
            training = Applied(trainingOptions, training);
            try
            {
                training.Validate();
                return training;
            }
            catch (ArgumentException error)
            {
                throw new InputException(error.WithoutParameter(), error);
            }
        }

        T Applied<T>(Bound<T>[] options, T settings) =>
            options.Aggregate(settings, (before, option) => option.Apply(parsed, before));
    }

    private static string[] Listed(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string NameOf(OptimizerOptions optimizer) => OptimizerTypes.NameOf(optimizer.GetType());

    private static float WeightDecayOf(NetworkPreset preset) =>
        OptimizerTypes.SettingOf(preset.Training.Optimizer, "weight_decay") is float value ? value : 0f;

    private static TrainingOptions WithSetting(TrainingOptions training, string setting, object value) =>
        training with { Optimizer = OptimizerTypes.With(training.Optimizer, setting, value) };

    /// <summary>For instance <c>0 for rmsprop and 0.9 for sgd</c>.</summary>
    private static string UsualOfEach(string setting) => string.Join(" and ", OptimizerTypes.Having(setting).Select(
        name => FormattableString.Invariant(
            $"{OptimizerTypes.SettingOf(OptimizerTypes.Usual(name), setting)} for {name}")));
}
