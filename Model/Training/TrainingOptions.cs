// How a network is trained: the settings that a run folder keeps under "training".
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Augmentation;

namespace NativeCnn.Model.Training;

/// <summary>How a network is trained. Defaults are those of <c>nativecnn train</c>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record TrainingOptions : IValidated
{
    /// <summary>The greatest <see cref="FocalGamma"/>.</summary>
    public const float MostFocalGamma = 10;

    /// <summary>Epochs that <see cref="Presentations"/> leave at least, however many clips there are.</summary>
    public const int FewestPresented = 20;

    /// <summary>Passes over the training part.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>
    /// Minutes that a training may take, features and all: <see cref="Epochs"/> then comes from how long one takes, and
    /// is what a run folder keeps. 0 for as many epochs as were asked for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Minutes { get; init; }

    /// <summary>
    /// How often clips of each class are shown, in the mean of the classes, where data have enough of them: many clips
    /// of few classes need fewer passes than few clips of many. <see cref="Epochs"/> is then the most, and
    /// <see cref="EpochsOf"/> what a run folder keeps. 0 for <see cref="Epochs"/> whatever the data.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Presentations { get; init; }

    /// <summary>Training stops after so many epochs without a better validation; 0 for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Patience { get; init; }

    /// <summary>What makes a validation better: the weights of the best epoch are kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public BestBy Best { get; init; }

    /// <summary>Clips of a mini-batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The learning rate.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>How the learning rate goes on from there.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Seed of initial weights, shuffling, dropout, split and built-in data.</summary>
    public long Seed { get; init; }

    /// <summary>The optimiser with its settings: one of the library's, or one's own.</summary>
    [JsonConverter(typeof(OptimizerConverter))]
    public OptimizerOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>Which parameters the optimiser's setting <c>weight_decay</c> makes smaller.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DecayScope DecayOf { get; init; }

    /// <summary>Gradients are scaled down to this norm over all parameters; 0 for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float ClipNorm { get; init; }

    /// <summary>
    /// What is kept at each step of the moving average of the weights, in [0, 1): that average is validated and saved
    /// in the place of the weights. 0 for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float AverageDecay { get; init; }

    /// <summary>Mini-batches whose gradients make one step of the optimiser.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// Parts that a mini-batch is cut into, whose gradients are added in a fixed tree: the weights then do not depend on
    /// how many processes train together. Batch normalisation sees each part by itself. 0 for a mini-batch as a whole.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Shards { get; init; }

    /// <summary>
    /// Factors of the learning rate by layer: <c>conv1=0.1,norm1=0</c> for all parameters whose names begin so, 0 to
    /// freeze them; the last that fits counts. Empty for none.
    /// </summary>
    public string LayerRates { get; init; } = "";

    /// <summary>Label smoothing in [0, 1).</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>The gamma of <see cref="FocalLoss"/>; 0 for cross-entropy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float FocalGamma { get; init; }

    /// <summary>
    /// True weights each class by the inverse of its share of the training part; where clips may have several labels,
    /// what has a label by the clips without it over those with it.
    /// </summary>
    public bool BalanceClasses { get; init; }

    /// <summary>Which clips an epoch trains on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Sampling Sampling { get; init; }

    /// <summary>What is changed about a clip each time it is trained on; validation clips stay as they are.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.None;

    /// <summary>
    /// Seconds of each clip that the network is given: in training a stretch that is drawn anew in each epoch, in
    /// validation and use <see cref="TestCrops"/> of them. 0 for the whole clip.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double CropSeconds { get; init; }

    /// <summary>Stretches of a clip, evenly spread over it, whose logits are averaged; one is its middle.</summary>
    public int TestCrops { get; init; } = 1;

    /// <summary>Share of the clips that validate, in (0, 1).</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// The epochs that <see cref="Presentations"/> come to with so many clips of so many classes: at least
    /// <see cref="FewestPresented"/>, at most <see cref="Epochs"/>.
    /// </summary>
    /// <param name="clips">Training clips.</param>
    /// <param name="classes">Their classes.</param>
    public int EpochsOf(int clips, int classes) => Presentations == 0 || clips == 0
        ? Epochs
        : (int)Math.Clamp(
            Math.Round((double)Presentations * classes / clips), Math.Min(FewestPresented, Epochs), Epochs);

    /// <summary>These options with more <see cref="LayerRates"/>.</summary>
    /// <param name="more">As <see cref="LayerRates"/> is written.</param>
    public TrainingOptions WithLayerRates(string more)
    {
        ArgumentNullException.ThrowIfNull(more);
        return this with { LayerRates = LayerRates.Length == 0 ? more : $"{LayerRates},{more}" };
    }

    /// <summary>Throws unless every option makes sense.</summary>
    /// <exception cref="ArgumentException">
    /// One does not; the message names it, its value and what is allowed.
    /// </exception>
    public void Validate()
    {
        Require(Epochs >= 1, "epochs", Epochs, "at least 1");
        Require(Minutes is >= 0 and <= 1e6, "limit in minutes", Minutes, "0 for none, up to 1000000");
        Require(Presentations >= 0, "number of presentations", Presentations, "0 for none, or above");
        Require(Patience >= 0, "patience", Patience, "0 epochs or more");
        Require(Enum.IsDefined(Best), "best", Best, "accuracy, loss, f1 or map");
        Require(BatchSize is >= 1 and <= 65_536, "batch size", BatchSize, "from 1 to 65536");
        Require(LearningRate is > 0 and < float.PositiveInfinity, "learning rate", LearningRate, "above 0");
        Require(Enum.IsDefined(DecayOf), "decay", DecayOf, "of all parameters or of weights");
        Require(ClipNorm is >= 0 and < float.PositiveInfinity, "clip norm", ClipNorm, "0 for none, or above");
        Require(AverageDecay is >= 0 and < 1, "decay of the moving average", AverageDecay, "in [0, 1)");
        Require(
            Accumulate is >= 1 and <= 65_536, "number of mini-batches to accumulate", Accumulate, "from 1 to 65536");
        Require(Shards is >= 0 and <= 4096, "number of shards", Shards, "0 for none, up to 4096");
        if (Shards > 0 && Accumulate > 1)
        {
            throw new ArgumentException(
                "shards are parts of a mini-batch already, and are computed one after another: give a larger batch size " +
                "instead of mini-batches to accumulate",
                "shards");
        }

        ArgumentNullException.ThrowIfNull(LayerRates);
        LayerRate.ParseAll(LayerRates);
        Require(LabelSmoothing is >= 0 and < 1, "label smoothing", LabelSmoothing, "in [0, 1)");
        Require(
            FocalGamma is >= 0 and <= MostFocalGamma, "focal gamma", FocalGamma, $"from 0 to {MostFocalGamma}");
        Require(Enum.IsDefined(Sampling), "sampling", Sampling, "shuffled or balanced");
        if (BalanceClasses && Sampling == Sampling.Balanced)
        {
            throw new ArgumentException(
                "balanced classes and balanced sampling both make up for what is rare, and together too much: " +
                "choose one of them",
                "sampling");
        }

        Require(CropSeconds is >= 0 and < double.PositiveInfinity, "crop", CropSeconds, "0 s for none, or above");
        Require(TestCrops is >= 1 and <= 1000, "number of test crops", TestCrops, "from 1 to 1000");
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(Augmentation);
        Optimizer.Validate();
        Augmentation.Validate();
        Schedule.Validate();
        Require(ValidationFraction is > 0 and < 1, "validation fraction", ValidationFraction, "between 0 and 1");
    }

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"the {name} must be {allowed}, not {value}"), name);
        }
    }
}
