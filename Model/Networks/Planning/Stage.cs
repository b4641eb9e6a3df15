namespace NativeCnn.Model.Networks.Planning;

/// <summary>
/// A step of a planned network: one operator, or several, bound to its tensors. Gradients of activations are assigned,
/// gradients of parameters accumulate. Neither pass allocates, nor waits for the device.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public abstract class Stage
{
    /// <summary>
    /// Computes once what follows from the parameters and states alone: from here on they stay as they are, and forward
    /// need not look at them. To be called again when they change.
    /// </summary>
    public virtual void Prepare()
    {
    }

    /// <summary>From the inputs to the output.</summary>
    public abstract void Forward();

    /// <summary>
    /// From the gradient of the output to those of the inputs that have one, and of the parameters. It runs only where
    /// the output has a gradient.
    /// </summary>
    public abstract void Backward();
}
