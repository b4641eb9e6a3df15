// A network with the features and the training that suit it: what `--model` chooses where nothing else is said.
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>A network, and what goes with it unless options say otherwise.</summary>
/// <param name="Network">The layers.</param>
/// <param name="Features">The name of its feature chain.</param>
/// <param name="Training">How it is trained.</param>
public sealed record ModelPreset(NetworkSpec Network, string Features, TrainingOptions Training)
{
    private static readonly TrainingOptions OneCycle = new()
    {
        BatchSize = 64,
        LearningRate = 2e-3f,
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.01f,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.OneCycle },
    };

    /// <summary>The preset of <c>article</c>, <c>deep</c>, <c>raw</c> or a JSON file of layers.</summary>
    /// <exception cref="NetworkSpecException">There is no such network, or the file does not describe one.</exception>
    public static ModelPreset Of(string nameOrFile)
    {
        NetworkSpec network = NetworkSpec.Resolve(nameOrFile);
        return nameOrFile switch
        {
            "deep" => new ModelPreset(network, "logmel-cmn", OneCycle),
            "raw" => new ModelPreset(network, "raw", OneCycle),
            _ => new ModelPreset(network, "mfcc", new TrainingOptions()),
        };
    }
}
