using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>What a report of a training or of an evaluation shows; what is absent is left out.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record RunReport
{
    /// <summary>The heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>How far the training is, in a sentence.</summary>
    public string? Status { get; init; }

    /// <summary>The curves; empty for none.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights are kept; 0 for none yet.</summary>
    public int BestEpoch { get; init; }

    /// <summary>The class names.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What confusions, classes and clips are of: <c>the validation clips after epoch 3</c>.</summary>
    public string MeasuredOn { get; init; } = "the clips";

    /// <summary>The clips by true and predicted class.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>Accuracy, and precision, recall and F1 by class.</summary>
    public ClassificationReport? Evaluation { get; init; }

    /// <summary>How many clips of each class were trained on; null where that is not known.</summary>
    public IReadOnlyList<int>? TrainedOn { get; init; }

    /// <summary>The worst mistakes and the hardest clips.</summary>
    public ReportClips? Clips { get; init; }

    /// <summary>Clips with the same content; null where they were not looked for.</summary>
    public IReadOnlyList<DuplicateGroup>? Duplicates { get; init; }

    /// <summary>The data and its split.</summary>
    public IReadOnlyList<ReportFact> Data { get; init; } = [];

    /// <summary>What is odd about them, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The network.</summary>
    public NetworkSummary? Network { get; init; }

    /// <summary>Where the time went; null where it was not measured.</summary>
    public TrainingTimes? Times { get; init; }

    /// <summary>Every setting.</summary>
    public IReadOnlyList<ReportFact> Settings { get; init; } = [];

    /// <summary>The machine and the programme.</summary>
    public IReadOnlyList<ReportFact> Machine { get; init; } = [];

    /// <summary>The command that made it.</summary>
    public string? Command { get; init; }
}
