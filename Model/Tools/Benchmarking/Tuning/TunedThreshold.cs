namespace NativeCnn.Tools.Benchmarking.Tuning;

/// <summary>A threshold as it was measured.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Before">The device's threshold before.</param>
/// <param name="Measured">The least candidate from which on the higher rung is the faster one.</param>
/// <param name="Ratios">
/// Of each candidate the time of the lower rung over that of the higher: above 1 where the higher is faster.
/// </param>
public sealed record TunedThreshold(
    string Name, int Before, int Measured, IReadOnlyList<(int Candidate, double Ratio)> Ratios)
{
    /// <summary>Whether the higher rung was the faster one for no candidate.</summary>
    public bool IsNever => Measured > Ratios[^1].Candidate;
}
