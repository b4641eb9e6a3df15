using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>
/// What an <see cref="ILoss"/> is planned for: one batch size on one device, for training or for evaluation.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record LossPlan
{
    /// <summary>Where the loss runs.</summary>
    public required ComputeDevice Device { get; init; }

    /// <summary>
    /// Rows B of a mini-batch, at least 1; the last of an epoch is planned by itself where it is smaller.
    /// </summary>
    public required int Batch { get; init; }

    /// <summary>Number of classes, the columns of the logits.</summary>
    public required int Classes { get; init; }

    /// <summary>Where losses and right answers are added; the losses of all batch sizes of an epoch share it.</summary>
    public required MeterTotals Totals { get; init; }

    /// <summary>The step under way; a training step moves it on by its rows.</summary>
    public required TrainingProgress Progress { get; init; }

    /// <summary>The weight of each class, [classes]; null for 1 each, as always in evaluation.</summary>
    public Tensor<float>? ClassWeights { get; init; }

    /// <summary>The share of a target that is spread over all classes, in [0, 1); 0 in evaluation.</summary>
    public float LabelSmoothing { get; init; }
}
