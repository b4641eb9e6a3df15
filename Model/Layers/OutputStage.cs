using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// An operator whose gradient is that at its output, such as ReLU or a softmax: y of x, dX of y and dY.
/// </summary>
internal sealed class OutputStage(
    StagePlan at, Action<Tensor<float>, Tensor<float>> forward,
    Action<Tensor<float>, Tensor<float>, Tensor<float>> backward) : Stage
{
    private readonly Tensor<float> x = at.X;
    private readonly Tensor<float> y = at.Y;
    private readonly Tensor<float>? dY = at.DY;
    private readonly Tensor<float>? dX = at.DX;

    public override void Forward() => forward(x, y);

    public override void Backward() => backward(y, dY!, dX!);
}
