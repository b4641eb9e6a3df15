using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// Moves parameters against their gradients. Gradients of parameters accumulate (<c>+=</c>) in the backward pass, so
/// <see cref="Step"/> also sets them to zero, in the same pass over memory: the next step starts from nothing.
/// </summary>
public interface IOptimizer
{
    /// <summary>
    /// What the optimiser remembers between steps, by PyTorch's names, each as long as the parameters: a checkpoint
    /// saves these, and copies them back to resume.
    /// </summary>
    IReadOnlyList<(string Name, Tensor<float> Value)> State { get; }

    /// <summary>
    /// One step at the learning rate and the step number of <see cref="TrainingProgress"/>. Steps count from 1:
    /// <see cref="TrainingProgress.Advance"/> comes before. The gradients are zero afterwards.
    /// </summary>
#pragma warning disable CA1716 // The field's word, if a keyword of Visual Basic.
    void Step();
#pragma warning restore CA1716
}
