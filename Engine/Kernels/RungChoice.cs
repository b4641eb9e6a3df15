namespace NativeCnn.Engine.Kernels;

/// <summary>Which rung an operator's plan runs for one shape.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Ladder">What is computed: <c>matmul</c>.</param>
/// <param name="Shape">The shape, as the operator describes it.</param>
/// <param name="Rung">The rung that runs.</param>
/// <param name="Default">The rung that its operator takes where nobody asked for one.</param>
public sealed record RungChoice(string Ladder, string Shape, int Rung, int Default);
