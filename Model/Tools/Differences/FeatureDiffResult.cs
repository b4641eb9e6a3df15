namespace NativeCnn.Tools.Differences;

/// <summary>What <see cref="FeatureDiff.Compare"/> found.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Stages">Every stage of the reference beside ours.</param>
/// <param name="Changes">Options that explain the difference, or its first stages; empty where nothing does.</param>
/// <param name="Explained">Whether every stage of the chain agrees after these changes.</param>
/// <param name="Trials">Chains that were computed.</param>
/// <param name="Notes">What else is to be said, a line each.</param>
public sealed record FeatureDiffResult(
    IReadOnlyList<StageDifference> Stages, IReadOnlyList<SettingChange> Changes, bool Explained, int Trials,
    IReadOnlyList<string> Notes)
{
    /// <summary>The first stage that differs, or null.</summary>
    public StageDifference? First => Stages.FirstOrDefault(stage => !stage.Agrees);
}
