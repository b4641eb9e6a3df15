using System.Text.Json.Serialization;
using NativeCnn.Features.Augmentation;

namespace NativeCnn.Model.Training;

/// <summary>The rule that turns gradients into new weights.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba, 2015), weight decay as L2 in the gradient.</summary>
    [JsonStringEnumMemberName("adam")]
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Stochastic gradient descent with optional momentum.</summary>
    [JsonStringEnumMemberName("sgd")]
    Sgd,

    /// <summary>RMSprop (Hinton, 2012), weight decay as L2 in the gradient.</summary>
    [JsonStringEnumMemberName("rmsprop")]
    RmsProp,
}

/// <summary>How a network is trained. Defaults are those of <c>nativecnn train</c>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training part.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>Clips of a mini-batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The learning rate.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>How the learning rate goes on from there.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Seed of initial weights, shuffling, dropout, split and built-in data.</summary>
    public long Seed { get; init; }

    /// <summary>The optimiser.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Nesterov's momentum for <see cref="OptimizerKind.Sgd"/>.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Label smoothing in [0, 1).</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>True weights each class by the inverse of its share of the training part.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>What is changed about a clip each time it is trained on; validation clips stay as they are.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.None;

    /// <summary>Share of the clips that validate, in (0, 1).</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>Throws unless every option makes sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it, its value and what is allowed.</exception>
    public void Validate()
    {
        Require(Epochs >= 1, "epochs", Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= 65_536, "batch size", BatchSize, "from 1 to 65536");
        Require(LearningRate is > 0 and < float.PositiveInfinity, "learning rate", LearningRate, "above 0");
        Require(Momentum is >= 0 and < 1, "momentum", Momentum, "in [0, 1)");
        Require(WeightDecay is >= 0 and < float.PositiveInfinity, "weight decay", WeightDecay, "0 or more");
        Require(LabelSmoothing is >= 0 and < 1, "label smoothing", LabelSmoothing, "in [0, 1)");
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(Augmentation);
        Augmentation.Validate();
        Schedule.Validate();
        Require(ValidationFraction is > 0 and < 1, "validation fraction", ValidationFraction, "between 0 and 1");
    }

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"the {name} must be {allowed}, not {value}"));
        }
    }
}
