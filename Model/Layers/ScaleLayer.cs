using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Multiplies all time of each channel of the first input by one number, the second input's: a gate.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("scale", Shapes = "[C, T], [C] -> [C, T]", LeastInputs = 2, MostInputs = 2)]
public sealed record ScaleLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectChannelsOverTime(inputs[0]);
        return inputs[1] == new Shape(inputs[0][0])
            ? inputs[0]
            : throw new ArgumentException(
                $"its second input must be one number for each of the {inputs[0][0]} channels of the first");
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        // y[b, c, t] = x[b, c, t] gate[b, c]
        int time = at.InputShape[1];
        return [.. at.X.Select((x, i) => x * at.Inputs[1][i / time])];
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Scale(at.X, at.Inputs[1]);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new ScaleStage(at);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        new(
            (long)ChannelScale.OperationsOfElement * output.Length,
            (long)ChannelScale.BackwardOperationsOfElement * output.Length);

    private sealed class ScaleStage(StagePlan at) : Stage
    {
        private readonly ChannelScale scale = new(at.Device, at.Inputs[1].Length, at.InputShape[1]);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> gate = at.Inputs[1];
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;
        private readonly Tensor<float>? dGate = at.InputGradients[1];

        public override void Forward() => scale.Forward(x, gate, y);

        public override void Backward() => scale.Backward(x, gate, dY!, dX, dGate);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="ScaleLayer"/> of this node by a gate.</summary>
    public static Node Scale(this Node x, Node gate) => Node.Of(new ScaleLayer(), [Required(x), Required(gate)]);
}
