namespace NativeCnn.Engine.Kernels;

/// <summary>One number of <see cref="PlanThresholds"/>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">As files have it: <c>matmul.terms</c>.</param>
/// <param name="Meaning">What it is the least of, and of which rung.</param>
/// <param name="Get">Reads it.</param>
/// <param name="With">The table with another value of it.</param>
public sealed record PlanThreshold(
    string Name, string Meaning, Func<PlanThresholds, int> Get, Func<PlanThresholds, int, PlanThresholds> With);
