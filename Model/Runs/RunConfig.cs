// config.json: every choice that a run was made with, enough to repeat it and to use its model.
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>The choices of a run.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record RunConfig : IValidated
{
    /// <summary>The most threads of a device's host bodies.</summary>
    public const int MostWorkers = 1024;

    /// <summary>The most clips of a class of the built-in data.</summary>
    public const int MostClipsPerClass = 100_000;

    /// <summary>Version of this file's form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>Version of the program that wrote it.</summary>
    public string Version { get; init; } = typeof(RunConfig).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>The data set's folder or CSV file; null for the built-in data.</summary>
    public string? Data { get; init; }

    /// <summary>What keeps clips on one side of the split, null for nothing.</summary>
    public string? GroupBy { get; init; }

    /// <summary>The group that validates while all others are trained on; null for a random split.</summary>
    public string? ValidationGroup { get; init; }

    /// <summary>
    /// True keeps the parts or folds that the data set names; false draws the validation clips anew by their share.
    /// </summary>
    public bool OwnSplit { get; init; } = true;

    /// <summary>Clips of each class of the built-in data; null for files.</summary>
    public int? ClipsPerClass { get; init; }

    /// <summary>The list's column of paths, where its name says nothing; null to go by names.</summary>
    public string? PathColumn { get; init; }

    /// <summary>The list's column of labels, where its name says nothing; null to go by names.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>How the lists are encoded; null for UTF-8, or what a byte order mark says.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether folders named train and test are parts of the data or classes.</summary>
    public PartFolders PartFolders { get; init; }

    /// <summary>
    /// What separates the labels of a clip in the list's cells, where a clip may have several; null where it has one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LabelSeparator { get; init; }

    /// <summary>Class names in the order of the network's outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How the classes silence and unknown were made; null for a run that made neither.</summary>
    public KeywordOptions? Keywords { get; init; }

    /// <summary>The feature chain.</summary>
    public required FeatureOptions Features { get; init; }

    /// <summary>Samples that every clip is cut or padded to.</summary>
    public required int ClipSamples { get; init; }

    /// <summary>The network.</summary>
    public required NetworkSpec Model { get; init; }

    /// <summary>How it was trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The run whose weights it began with; null for weights drawn anew.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Init { get; init; }

    /// <summary>The device's selector.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the host bodies. How many does not change a bit: docs/determinism.md.</summary>
    public int Workers { get; init; }

    /// <summary>Rungs in place of the operators' own choices, <c>matmul=2</c>; null for none.</summary>
    public string? Rungs { get; init; }

    /// <summary>With how many digits the device multiplied matrices and convolved: <c>fp32</c> or <c>tf32</c>.</summary>
    public FloatPrecision Precision { get; init; }

    /// <summary>With how many bits features are kept.</summary>
    public FeaturePrecision FeaturePrecision { get; init; }

    /// <summary>
    /// Every so-many-th step is recorded in inspect.jsonl; null for none. It changes no number of the training.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Inspect { get; init; }

    /// <summary>Whether steps are replayed as CUDA graphs; not saved, for the numbers are the same.</summary>
    [JsonIgnore]
    public GraphMode Graph { get; init; }

    /// <summary>Where features stay; not saved, for the numbers are the same.</summary>
    [JsonIgnore]
    public FeatureMemory FeatureMemory { get; init; }

    /// <summary>
    /// Epochs from one checkpoint to the next; the last epoch always has one. Not saved, for the numbers are the same.
    /// </summary>
    [JsonIgnore]
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>
    /// The epoch after which it pauses: a run that can be resumed, with the weights of the best epoch so far. Null for
    /// the last; not saved, for it is said anew each time.
    /// </summary>
    [JsonIgnore]
    public int? PauseAfter { get; init; }

    /// <summary>
    /// Whether a resumed run goes on though clips are gone or changed; not saved, for it is said anew each time.
    /// </summary>
    [JsonIgnore]
    public bool AcceptChanges { get; init; }

    /// <summary>
    /// The command that trains it, for the report; not saved, for resuming is another, and the choices are here.
    /// </summary>
    [JsonIgnore]
    public string? Command { get; init; }

    /// <summary>How the data is read.</summary>
    [JsonIgnore]
    public DataSetOptions DataOptions => new()
    {
        PathColumn = PathColumn,
        LabelColumn = LabelColumn,
        Encoding = Encoding,
        PartFolders = PartFolders,
        MultiLabel = MultiLabel,
        LabelSeparator = LabelSeparator?[0],
    };

    /// <summary>Whether a clip may have several labels.</summary>
    [JsonIgnore]
    public MultiLabel MultiLabel => LabelSeparator is null ? MultiLabel.Off : MultiLabel.On;

    /// <summary>Features and clip length together.</summary>
    [JsonIgnore]
    public ClipFormat Format => new(Features, ClipSamples) { Precision = FeaturePrecision };

    /// <summary>The stretches of clips that the network is given; null where it is given whole clips.</summary>
    [JsonIgnore]
    public Cropping? Cropping => Cropping.Of(Format, Training);

    /// <summary>What the network is given, [C, T].</summary>
    [JsonIgnore]
    public Shape Input => new(Format.Channels, Cropping?.Frames ?? Format.Frames);

    private static JsonForms Forms { get; } = TrainingForms.Of(NetworkForms.All)
        .With(typeof(TrainingOptions), new JsonForm("an object", OlderConfig.ReadTraining));

    /// <summary>Checks the numbers that its parts do not check, and that clips have a frame.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message says which, and what may stand.</exception>
    public void Validate()
    {
        Require(Labels.Count >= 1, nameof(Labels), "there are none: give the names of the classes");
        Require(
            ClipSamples is >= 1 and <= ClipFormat.MostSamples, nameof(ClipSamples),
            $"{ClipSamples} came: give 1 to {ClipFormat.MostSamples} samples");
        Require(Workers is >= 0 and <= MostWorkers, nameof(Workers), $"{Workers} came: give 0 to {MostWorkers}");
        Require(
            ClipsPerClass is null or (>= 2 and <= MostClipsPerClass), nameof(ClipsPerClass),
            $"{ClipsPerClass} came: give 2 to {MostClipsPerClass}, or null for files");
        Require(
            LabelSeparator is null or { Length: 1 }, nameof(LabelSeparator),
            $"'{LabelSeparator}' came: give one letter, or null where a clip has one label");
        Require(Inspect is null or >= 1, nameof(Inspect), $"{Inspect} came: give 1 step or more, or null for none");
        Require(
            Format.Frames >= Features.LeastFrames, nameof(ClipSamples),
            $"clips of {ClipSamples} samples have {Format.Frames} frames: the features need {Features.LeastFrames}");
    }

    private static void Require(bool holds, string name, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message, name);
        }
    }

    /// <summary>Writes config.json.</summary>
    public void Save(string path) => AtomicFile.WriteText(path, ToJson());

    /// <summary>The text of config.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StrictJson.Options) + "\n";

    /// <summary>Reads config.json.</summary>
    /// <exception cref="RunException">It is not there or not understood.</exception>
    public static RunConfig Load(string path)
    {
        try
        {
            return Parse(RegularFile.ReadAllText(path), $"the run's configuration '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"'{path}' cannot be used as a run's configuration: {error.Message}", error);
        }
    }

    /// <summary>Reads the text of a config.json.</summary>
    /// <param name="json">The text.</param>
    /// <param name="where">What it is of, for an error.</param>
    /// <exception cref="RunException">It is not understood.</exception>
    internal static RunConfig Parse(string json, string where)
    {
        try
        {
            return JsonText.Read<RunConfig>(json, "the run", Forms, where);
        }
        catch (JsonTextException error)
        {
            throw new RunException(error.Message, error);
        }
    }
}
