namespace NativeCnn.Engine.Operators;

/// <summary>
/// What softmax and log softmax do differently with a row, resolved when a body is compiled. With m the largest logit,
/// a row goes: kept = f(x - m, e^(x - m)), normalizer = g(sum of e^(x - m)), y = h(kept, normalizer).
/// </summary>
internal interface ISoftmaxForm
{
    /// <summary>What of an element is kept until the row's sum is known.</summary>
    static abstract float Keep(float shifted, float exponential);

    /// <summary>What the sum of a row's exponentials is needed as.</summary>
    static abstract float Normalizer(float sum);

    /// <summary>y of an element.</summary>
    static abstract float Output(float kept, float normalizer);

    /// <summary>What backward sums over the row.</summary>
    static abstract float Term(float y, float dY);

    /// <summary>dX of an element.</summary>
    static abstract float Gradient(float y, float dY, float sum);

    /// <summary>Rows of x - m, one behind the other, become rows of y; on the host.</summary>
    static abstract void Forward(Span<float> rows, int classes);

    /// <summary>dX of a row; on the host. dX may be dY.</summary>
    static abstract void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX);
}
