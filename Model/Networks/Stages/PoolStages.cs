using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>Max-pooling by itself.</summary>
internal sealed class MaxPool1dStage(ComputeDevice device, Pool1dShape shape, Activation x, Activation y) : Stage
{
    private readonly MaxPool1d pool = new(device, shape);
    private readonly Tensor<int> winners = device.Allocate<int>(y.Shape);

    public override void Forward() => pool.Forward(x.Value, y.Value, winners);

    public override void Backward()
    {
        if (x.Gradient is not null)
        {
            pool.Backward(y.RequiredGradient, winners, x.Gradient);
        }
    }
}

/// <summary>Average pooling.</summary>
internal sealed class AveragePool1dStage(ComputeDevice device, Pool1dShape shape, Activation x, Activation y) : Stage
{
    private readonly AveragePool1d pool = new(device, shape);

    public override void Forward() => pool.Forward(x.Value, y.Value);

    public override void Backward()
    {
        if (x.Gradient is not null)
        {
            pool.Backward(y.RequiredGradient, x.Gradient);
        }
    }
}

/// <summary>Mean and maximum over all time.</summary>
internal sealed class GlobalMeanMaxPoolStage(ComputeDevice device, Activation x, Activation y) : Stage
{
    private readonly GlobalMeanMaxPool pool = new(device, x.Shape[0], x.Shape[1], x.Shape[2]);
    private readonly Tensor<int> winners = device.Allocate<int>(new Shape(x.Shape[0], x.Shape[1]));

    public override void Forward() => pool.Forward(x.Value, y.Value, winners);

    public override void Backward()
    {
        if (x.Gradient is not null)
        {
            pool.Backward(y.RequiredGradient, winners, x.Gradient);
        }
    }
}
