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

    /// <summary>
    /// The licence that the author gives the model, by the Hub's name for it; null for none, of which nothing is said.
    /// </summary>
    public string? License { get; init; }
}
