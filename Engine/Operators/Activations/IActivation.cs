namespace NativeCnn.Engine.Operators;

/// <summary>
/// A function f of one number and its derivative, without state: both bodies of <see cref="Activation{TFunction}"/> are
/// compiled for it. f(NaN) is NaN, and so is the gradient there, but for functions made of straight pieces: theirs is
/// dY. What a kernel calls may use plain arithmetic and <c>Elementary</c>, but no function of <see cref="MathF"/>.
/// </summary>
/// <typeparam name="TSelf">The struct that implements it.</typeparam>
public interface IActivation<TSelf> where TSelf : struct, IActivation<TSelf>
{
    /// <summary>True where the derivative is told from y = f(x) alone: backward then gets y instead of x.</summary>
    static virtual bool ReadsOutput => false;

    /// <summary>The parameter a where none is given; without meaning for functions that have none.</summary>
    static virtual float DefaultSlope => 0f;

    /// <summary>Operations an element, forward and backward.</summary>
    static virtual int OperationsOfElement => Activation.OperationsOfElement;

    /// <summary>f(x).</summary>
    /// <param name="x">Any number.</param>
    /// <param name="slope">The parameter a.</param>
    static abstract float Forward(float x, float slope);

    /// <summary>dY f'(x).</summary>
    /// <param name="value">y where <see cref="ReadsOutput"/> is true, else x.</param>
    /// <param name="dY">The gradient of y.</param>
    /// <param name="slope">The parameter a.</param>
    static abstract float Backward(float value, float dY, float slope);

    /// <summary>y = f(x) on the host; a function that has a vector for it replaces this loop.</summary>
    static virtual void Forward(ReadOnlySpan<float> x, Span<float> y, float slope)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = TSelf.Forward(x[i], slope);
        }
    }

    /// <summary>dX = dY f'(x) on the host; a function that has a vector for it replaces this loop.</summary>
    static virtual void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope)
    {
        for (int i = 0; i < dX.Length; i++)
        {
            dX[i] = TSelf.Backward(value[i], dY[i], slope);
        }
    }
}
