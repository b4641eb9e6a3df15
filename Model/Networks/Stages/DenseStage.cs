using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>A fully connected layer, with the ReLU that follows it where there is one.</summary>
internal sealed class DenseStage(
    ComputeDevice device, DenseShape shape, bool relu, Activation x, Parameter weight, Parameter bias, Activation y)
    : Stage
{
    private readonly Dense dense = new(device, shape);
    private readonly Relu gate = new(device, shape.Batch * shape.Outputs);

    public override long ForwardOperations => StageOperations.Of(shape);

    public override long BackwardOperations => StageOperations.Of(shape) * (x.Gradient is null ? 1 : 2);

    public override void Forward()
    {
        if (relu)
        {
            dense.ForwardRelu(x.Value, weight.Value, bias.Value, y.Value);
        }
        else
        {
            dense.Forward(x.Value, weight.Value, bias.Value, y.Value);
        }
    }

    public override void Backward()
    {
        if (relu)
        {
            gate.Backward(y.Value, y.RequiredGradient, y.RequiredGradient);
        }

        dense.BackwardWeight(x.Value, y.RequiredGradient, weight.Gradient!, bias.Gradient!);
        if (x.Gradient is not null)
        {
            dense.BackwardInput(y.RequiredGradient, weight.Value, x.Gradient);
        }
    }
}
