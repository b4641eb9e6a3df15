using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Options;

/// <summary>What the user asked <c>train</c> to do; null where the choice is left to the programme.</summary>
internal sealed record TrainRequest
{
    /// <summary>The data; null for the built-in sounds.</summary>
    public required string? Data { get; init; }

    /// <summary>How the data is read.</summary>
    public required DataSetOptions Reading { get; init; }

    /// <summary>The run whose data, split and device settings are taken again; null for none.</summary>
    public required RunConfig? Like { get; init; }

    /// <summary>The network.</summary>
    public required NetworkSpec Network { get; init; }

    /// <summary>The features, the clips' length, and how to train.</summary>
    public required TrainingInputOptions Input { get; init; }

    /// <summary>With how many bits features are kept.</summary>
    public required FeaturePrecision FeaturePrecision { get; init; }

    /// <summary>A run's configuration with what the options change that a resumed run may change too.</summary>
    public required Func<RunConfig, RunConfig> Configure { get; init; }

    /// <summary>True where the validation clips are to be drawn anew.</summary>
    public required bool ValidationGiven { get; init; }

    /// <summary>What keeps clips on one side of the split.</summary>
    public required string? Group { get; init; }

    /// <summary>Leaves each group out in turn.</summary>
    public required bool Folds { get; init; }

    /// <summary>The folder in which folds are jobs that several commands share; null for this command alone.</summary>
    public required string? Jobs { get; init; }

    /// <summary>Where features are kept; null for nowhere.</summary>
    public required FeatureCache? Cache { get; init; }

    /// <summary>The run folder.</summary>
    public required string? Output { get; init; }

    /// <summary>Lets it overwrite another run.</summary>
    public required bool Force { get; init; }

    /// <summary>The run folder to go on with.</summary>
    public required string? Resume { get; init; }

    /// <summary>Writes an event file for TensorBoard.</summary>
    public required bool TensorBoard { get; init; }

    /// <summary>The run whose data is taken again; null where there is other data.</summary>
    public RunConfig? LikeData => TakesLikeData ? Like : null;

    /// <summary>Whether the data is that of <see cref="Like"/>.</summary>
    public required bool TakesLikeData { get; init; }

    /// <summary>The command as it was given, for the report.</summary>
    public string? Command { get; init; }

    /// <summary>Prints JSON Lines.</summary>
    public required bool Json { get; init; }
}
