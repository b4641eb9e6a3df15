namespace NativeCnn.Model.Sweeps;

/// <summary>How much of what came of a grid goes with one setting.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">The setting.</param>
/// <param name="Share">
/// Eta squared, in [0, 1]: the variance of the mean figures of its values, over the variance of all figures. What
/// settings do together is in none of them.
/// </param>
/// <param name="Means">Each value with the mean figure of its jobs.</param>
public sealed record SettingEffect(string Name, double Share, IReadOnlyList<(string Value, double Mean)> Means);
