namespace NativeCnn.Model.Networks.Planning;

/// <summary>
/// A step of a planned network: one operator, or several, bound to its tensors. Gradients of activations are assigned,
/// gradients of parameters accumulate. Neither pass allocates, nor waits for the device.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public abstract class Stage
{
    /// <summary>From the inputs to the output.</summary>
    public abstract void Forward();

    /// <summary>
    /// From the gradient of the output to those of the inputs that have one, and of the parameters. It runs only where
    /// the output has a gradient.
    /// </summary>
    public abstract void Backward();
}
