// Activations: a function of every element, its backward pass, one body for all of them.
//   y  = f(x)
//   dX = dY f'(x)          f' from x, or from y where it can be told from y alone (IActivation.ReadsOutput)
// y and dX are assigned. dX may be dY. y may be x where backward reads y.
//
// A function is a struct that implements IActivation, in a file of its own here: Relu, LeakyRelu, Elu, Gelu, GeluTanh,
// Silu, Sigmoid, Tanh. It is a type argument of the portable kernels and of the host bodies, so that nothing is asked
// for an element. To add one: the struct, and a row in ActivationKind to give it a name in network files.
// Bodies: portable, see ActivationKernels; host, one pass over memory, split evenly over the workers.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>A function of every element of tensors of any one length, and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public abstract class Activation
{
    /// <summary>
    /// Operations an element, forward and backward, of a function that says nothing else: an exponential, a hyperbolic
    /// tangent or an error function, and what is around it.
    /// </summary>
    public const int OperationsOfElement = 8;

    private protected Activation()
    {
    }

    /// <summary>The operator of a kind of function.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    /// <param name="kind">The function.</param>
    /// <param name="slope">Its parameter a, see <see cref="IActivation{TSelf}"/>; or null for its default.</param>
    /// <exception cref="ArgumentException">There is no such kind, or the slope is not finite.</exception>
    public static Activation Of(ComputeDevice device, int length, ActivationKind kind, float? slope = null) =>
        ActivationAttribute.Of(kind).Plan(device, length, slope);

    /// <summary>y = f(x).</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public abstract void Forward(Tensor<float> x, Tensor<float> y);

    /// <summary>dX = dY f'(x).</summary>
    /// <param name="value">
    /// y where the function reads its output (<see cref="IActivation{TSelf}.ReadsOutput"/>), else x.
    /// </param>
    /// <param name="dY">The gradient of y.</param>
    /// <param name="dX">The gradient of x; may be dY.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public abstract void Backward(Tensor<float> value, Tensor<float> dY, Tensor<float> dX);
}
