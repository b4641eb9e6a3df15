using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>A normalisation by the statistics of its own input: group and layer normalisation.</summary>
internal sealed class NormalizationStage(StagePlan at, INormalization norm, Shape statisticsShape) : Stage
{
    private readonly Tensor<float> x = at.X;
    private readonly Tensor<float> y = at.Y;
    private readonly Tensor<float> statistics = at.Keep<float>(statisticsShape);
    private readonly Parameter gamma = at["weight"];
    private readonly Parameter beta = at["bias"];
    private readonly Tensor<float>? dY = at.DY;
    private readonly Tensor<float>? dX = at.DX;

    public override void Forward() => norm.Forward(x, gamma.Value, beta.Value, statistics, y);

    public override void Backward() =>
        norm.Backward(x, gamma.Value, statistics, dY!, gamma.Gradient!, beta.Gradient!, dX);
}
