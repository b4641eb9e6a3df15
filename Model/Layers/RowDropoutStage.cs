using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Dropout of whole rows of a mini-batch, be they channels or clips.</summary>
internal sealed class RowDropoutStage(StagePlan at, int rows, float rate) : Stage
{
    private readonly RowDropout dropout = new(
        at.Device, rows, at.Y.Length / rows, rate, at.RandomStream, at.Seed);
    private readonly TrainingProgress progress = at.Progress;
    private readonly Tensor<float> x = at.X;
    private readonly Tensor<float> y = at.Y;
    private readonly Tensor<float> mask = at.Keep<float>(new Shape(rows));
    private readonly Tensor<float>? dY = at.DY;
    private readonly Tensor<float>? dX = at.DX;

    public override void Forward() => dropout.Forward(x, y, mask, progress);

    public override void Backward()
    {
        if (dX is not null)
        {
            dropout.Backward(dY!, mask, dX);
        }
    }
}
