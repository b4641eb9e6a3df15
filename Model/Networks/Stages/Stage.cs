namespace NativeCnn.Model.Networks.Stages;

/// <summary>
/// A step of a planned network: one operator, or several fused, bound to its tensors. Activations' gradients are
/// assigned, parameters' gradients accumulate.
/// </summary>
internal abstract class Stage
{
    /// <summary>What runs, for timing and inspection: <c>conv1 + relu + pool</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Floating-point operations of a forward pass, multiply and add counted as two; 0 where they don't matter.</summary>
    public virtual long ForwardOperations => 0;

    /// <summary>Floating-point operations of a backward pass.</summary>
    public virtual long BackwardOperations => 0;

    public abstract void Forward();

    public abstract void Backward();
}
