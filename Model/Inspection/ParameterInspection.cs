namespace NativeCnn.Model.Inspection;

/// <summary>A parameter in a recorded step.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">For instance <c>conv1.weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Value">Its values, as the step found them.</param>
/// <param name="Gradient">Its gradient.</param>
/// <param name="Update">
/// The norm of what the optimiser added, by the norm of the values; null where these were all 0, or are not finite.
/// </param>
public sealed record ParameterInspection(
    string Name, IReadOnlyList<int> Shape, TensorSummary Value, TensorSummary Gradient, float? Update);
