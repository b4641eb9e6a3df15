using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>A convolution by itself.</summary>
internal sealed class Conv1dStage(
    ComputeDevice device, Conv1dShape shape, Activation x, Parameter weight, Parameter? bias, Activation y) : Stage
{
    private readonly Conv1d conv = new(device, shape);

    public override long ForwardOperations => StageOperations.Of(shape);

    public override long BackwardOperations => StageOperations.Of(shape) * (x.Gradient is null ? 1 : 2);

    public override void Forward() => conv.Forward(x.Value, weight.Value, bias?.Value, y.Value);

    public override void Backward()
    {
        conv.BackwardWeight(x.Value, y.RequiredGradient, weight.Gradient!, bias?.Gradient);
        if (x.Gradient is not null)
        {
            conv.BackwardInput(y.RequiredGradient, weight.Value, x.Gradient);
        }
    }
}

/// <summary>Convolution, bias, ReLU and, where it follows, max-pooling, fused.</summary>
internal sealed class ConvReluPoolStage(
    ComputeDevice device, Conv1dShape shape, Pool1dShape? pool, Activation x, Parameter weight, Parameter? bias,
    Activation y) : Stage
{
    private readonly ConvReluPool fused = new(device, shape, pool);
    private readonly Engine.Tensors.Tensor<int>? winners =
        pool is null ? null : device.Allocate<int>(y.Shape);

    public override long ForwardOperations => StageOperations.Of(shape);

    public override long BackwardOperations => StageOperations.Of(shape) * (x.Gradient is null ? 1 : 2);

    public override void Forward() => fused.Forward(x.Value, weight.Value, bias?.Value, y.Value, winners);

    public override void Backward() => fused.Backward(
        x.Value, weight.Value, y.Value, y.RequiredGradient, winners, weight.Gradient!, bias?.Gradient, x.Gradient);
}

/// <summary>Operation counts, as papers count them: a multiply and an add are two.</summary>
internal static class StageOperations
{
    public static long Of(Conv1dShape s) =>
        2L * s.Batch * s.Filters * s.OutputLength * (s.Channels / s.Groups) * s.Taps;

    public static long Of(DenseShape s) => 2L * s.Batch * s.Inputs * s.Outputs;
}
