using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>
/// A fully connected layer, with the ReLU, or the ReLU and the dropout, that follow it where they do. On a GPU a small
/// one goes back in one launch, through the ReLU and dropout that its input came out of.
/// </summary>
internal sealed class DenseStage(
    ComputeDevice device, DenseShape shape, bool relu, Activation x, Parameter weight, Parameter bias, Activation y)
    : Stage
{
    private readonly Dense dense = new(device, shape);
    private readonly Relu gate = new(device, shape.Batch * shape.Outputs);
    private readonly bool isSmall = Dense.IsSmall(device, shape);

    /// <summary>The dropout after the ReLU, and the clock that it draws by; null for none.</summary>
    public (DropoutNumbers Numbers, StepClock Clock)? Dropout { get; init; }

    public override long ForwardOperations => StageOperations.Of(shape);

    public override long BackwardOperations => StageOperations.Of(shape) * (x.Gradient is null ? 1 : 2);

    public override void Forward()
    {
        if (Dropout is { } dropout)
        {
            dense.ForwardReluDropout(x.Value, weight.Value, bias.Value, y.Value, dropout.Numbers, dropout.Clock);
        }
        else if (relu)
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
        if (relu && !y.IsGatedByConsumer)
        {
            gate.Backward(y.Value, y.RequiredGradient, y.RequiredGradient);
        }

        if (isSmall)
        {
            dense.BackwardSmall(
                x.Value, weight.Value, y.RequiredGradient, weight.Gradient!, bias.Gradient!, x.Gradient,
                x.IsGatedByConsumer ? x.Gate : 0f);
            return;
        }

        dense.BackwardWeight(x.Value, y.RequiredGradient, weight.Gradient!, bias.Gradient!);
        if (x.Gradient is not null)
        {
            dense.BackwardInput(y.RequiredGradient, weight.Value, x.Gradient);
        }
    }
}
