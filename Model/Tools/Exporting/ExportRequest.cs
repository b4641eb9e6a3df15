using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting;

/// <summary>What is to be exported, and where.</summary>
public sealed record ExportRequest
{
    /// <summary>The run's network, features and labels.</summary>
    public required TrainedModel Model { get; init; }

    /// <summary>The run folder that it was loaded from.</summary>
    public required string Run { get; init; }

    /// <summary>The folder for the files; it is there.</summary>
    public required string Folder { get; init; }

    /// <summary>What numbers the network computes with, of formats that leave a choice.</summary>
    public ExportPrecision Precision { get; init; }

    /// <summary>
    /// Labelled sounds to find the ranges of 8-bit numbers with; null for the clips that the run was trained on.
    /// </summary>
    public string? Calibration { get; init; }

    /// <summary>Stops between two clips.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// The licence that the author gives the model, by the Hub's name for it; null for none, of which nothing is said.
    /// </summary>
    public string? License { get; init; }
}
