using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// A normalisation of [B, C, T] by the statistics of its own input, the same in training and inference, with a scale
/// gamma and a shift beta of each channel: <see cref="GroupNorm"/> and <see cref="LayerNorm"/>.
/// </summary>
public interface INormalization
{
    /// <summary>y from x; the statistics stay for <see cref="Backward"/>.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="statistics">The means, then the inverse deviations; as long as the shape's statistics.</param>
    /// <param name="y">[B, C, T].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    void Forward(Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics, Tensor<float> y);

    /// <summary>dGamma += ..., dBeta += ..., dX = ... for dY.</summary>
    /// <param name="x">[B, C, T], as forward had it.</param>
    /// <param name="gamma">[C].</param>
    /// <param name="statistics">As forward left them.</param>
    /// <param name="dY">[B, C, T].</param>
    /// <param name="dGamma">[C].</param>
    /// <param name="dBeta">[C].</param>
    /// <param name="dX">[B, C, T], or null where nobody needs it; may be dY.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    void Backward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma,
        Tensor<float> dBeta, Tensor<float>? dX);
}
