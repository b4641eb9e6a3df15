namespace NativeCnn.Model.Layers;

/// <summary>Floating-point operations of a layer for one clip, a multiply and an add counted as two.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Forward">Of the forward pass.</param>
/// <param name="BackwardInput">Of the gradients of the inputs.</param>
/// <param name="BackwardParameters">Of the gradients of what the layer learns.</param>
public readonly record struct LayerCost(long Forward, long BackwardInput = 0, long BackwardParameters = 0)
{
    /// <summary>So many operations for each of so many elements, forward and backward.</summary>
    public static LayerCost Elementwise(long elements, int operations = 1) =>
        new(elements * operations, elements * operations);
}
