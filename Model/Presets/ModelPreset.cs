using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Presets;

/// <summary>What <c>--model</c> chooses where nothing else is said.</summary>
/// <param name="Network">The layers.</param>
/// <param name="Features">The name of its feature chain.</param>
/// <param name="Training">How it is trained.</param>
public sealed record ModelPreset(NetworkSpec Network, string Features, TrainingOptions Training)
{
    /// <summary>The preset of one of <see cref="BuiltInNetworks"/>, or of a JSON file of layers.</summary>
    /// <exception cref="NetworkSpecException">There is no such network, or the file does not describe one.</exception>
    public static ModelPreset Of(string nameOrFile)
    {
        NetworkSpec network = BuiltInNetworks.Resolve(nameOrFile);
        return BuiltInNetworks.Find(nameOrFile) is { } builtIn
            ? new ModelPreset(network, builtIn.Features, builtIn.Training)
            : new ModelPreset(network, "mfcc", new TrainingOptions());
    }
}
