using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Capsules;

/// <summary>What a frozen training step was, besides its tensors.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record StepSetting
{
    /// <summary>The layers.</summary>
    public required NetworkSpec Network { get; init; }

    /// <summary>The input of one clip: channels, and time steps.</summary>
    public required IReadOnlyList<int> Input { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Optimiser, label smoothing, seed.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The step, counted from 1: dropout draws by it.</summary>
    public required int Step { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Where it was done.</summary>
    public required string Device { get; init; }

    /// <summary>Whether layers ran together as training has them.</summary>
    public required bool Fused { get; init; }

    /// <summary>The run and the clips that it is of.</summary>
    public required string Source { get; init; }

    /// <summary>The program's version.</summary>
    public string Version { get; init; } = typeof(StepSetting).Assembly.GetName().Version?.ToString(3) ?? "0";
}
