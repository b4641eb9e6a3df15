namespace NativeCnn.Engine.Optimizers;

/// <summary>One parameter before an optimiser's step, in float64.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Parameter">The parameter.</param>
/// <param name="Gradient">Its gradient.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="State">
/// What the optimiser remembers of this parameter, by the names of <see cref="IOptimizer.State"/>.
/// </param>
public sealed record UpdatePoint(
    double Parameter, double Gradient, double LearningRate, int Step, IReadOnlyDictionary<string, double> State);
