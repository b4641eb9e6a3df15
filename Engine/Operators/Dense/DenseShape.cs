using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a dense layer.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Batch">Examples, B.</param>
/// <param name="Inputs">Inputs of an example, I.</param>
/// <param name="Outputs">Outputs of an example, O.</param>
public readonly record struct DenseShape(int Batch, int Inputs, int Outputs)
{
    /// <summary>x: [B, I].</summary>
    public Shape Input => new(Batch, Inputs);

    /// <summary>W: [O, I].</summary>
    public Shape Weight => new(Outputs, Inputs);

    /// <summary>The bias: [O].</summary>
    public Shape Bias => new(Outputs);

    /// <summary>y: [B, O].</summary>
    public Shape Output => new(Batch, Outputs);

    /// <summary>
    /// Floating-point operations of the forward pass, and of each of the two gradients, as papers count them: a
    /// multiplication and an addition are two. 2 B I O.
    /// </summary>
    public long Operations => 2L * Batch * Inputs * Outputs;
}
