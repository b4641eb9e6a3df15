using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>A batch normalisation, with the ReLU that follows it where there is one.</summary>
internal sealed class BatchNormStage(
    ComputeDevice device, BatchNormShape shape, BatchNorm1dSpec spec, bool relu, bool training, Activation x,
    BoundLayer layer, Activation y) : Stage
{
    private readonly BatchNorm1d norm = new(device, shape, relu, spec.Momentum, spec.Epsilon);
    private readonly Tensor<float> statistics = device.Allocate<float>(shape.Statistics);
    private readonly Parameter gamma = layer.Weight!;
    private readonly Parameter beta = layer.Bias!;
    private readonly RunningStatistics running = layer.Running!;

    public override void Forward()
    {
        if (training)
        {
            norm.Train(
                x.Value, gamma.Value, beta.Value, running.Mean.Value, running.Variance.Value, statistics, y.Value);
        }
        else
        {
            norm.Infer(
                x.Value, gamma.Value, beta.Value, running.Mean.Value, running.Variance.Value, statistics, y.Value);
        }
    }

    public override void Backward() => norm.Backward(
        x.Value, gamma.Value, beta.Value, statistics, y.RequiredGradient, gamma.Gradient!, beta.Gradient!, x.Gradient);
}
