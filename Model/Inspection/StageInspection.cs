namespace NativeCnn.Model.Inspection;

/// <summary>A layer in a recorded step, or layers that run together: what is between them is never in memory.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">For instance <c>conv1 + relu + pool</c>.</param>
/// <param name="Output">Its output; that of the last layer where several run together.</param>
/// <param name="Gradient">The gradient of the output; null where nothing before learns.</param>
/// <param name="Units">Channels, or units, of the output.</param>
/// <param name="Dead">
/// The share of the units that were 0 in the whole mini-batch after a ReLU, in [0, 1], seen through pooling and dropout
/// where these run with it; null where there is no ReLU, or another layer after it.
/// </param>
/// <param name="Saturated">
/// The share of values within 0.01 of the ends of a sigmoid or a tanh, in [0, 1]; null for other layers.
/// </param>
/// <param name="Parameters">What it learns.</param>
public sealed record StageInspection(
    string Name, TensorSummary Output, TensorSummary? Gradient, int Units, float? Dead, float? Saturated,
    IReadOnlyList<ParameterInspection> Parameters);
