namespace NativeCnn.Model.Sessions;

/// <summary>What is about to be trained.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Source">The data set.</param>
/// <param name="Device">The device's selector.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="TrainingClips">Clips trained on.</param>
/// <param name="ValidationClips">Clips validated on.</param>
/// <param name="Input">The network's input for one clip, [C, T].</param>
/// <param name="Parameters">Numbers to learn.</param>
/// <param name="Epochs">Epochs to go to.</param>
/// <param name="FirstEpoch">The epoch to begin with: 1, or a later one when resuming.</param>
public sealed record TrainingOutline(
    string Source, string Device, int Classes, int TrainingClips, int ValidationClips, IReadOnlyList<int> Input,
    int Parameters, int Epochs, int FirstEpoch)
{
    /// <summary>The run folder.</summary>
    public string Folder { get; init; } = "";
}
