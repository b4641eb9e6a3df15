namespace NativeCnn.Engine.Mathematics;

/// <summary>One line of a formula with its numbers put in.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">What is computed, such as <c>m</c>.</param>
/// <param name="Formula">From what, such as <c>0.9 m + (1 - 0.9) g</c>.</param>
/// <param name="Value">What it comes to.</param>
public sealed record FormulaLine(string Name, string Formula, double Value);
