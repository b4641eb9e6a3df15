using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>The sum of inputs of one shape.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("add", Shapes = "[...], [...] -> [...]", LeastInputs = 2, MostInputs = int.MaxValue)]
public sealed record AddLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        foreach (Shape other in inputs)
        {
            if (other != inputs[0])
            {
                throw new ArgumentException(
                    "it adds inputs of one shape: give them as many channels and time steps, for instance by a " +
                    "convolution of 1 tap in the shortcut");
            }
        }

        return inputs[0];
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at) =>
        [.. at.X.Select((_, i) => at.Inputs.Sum(input => input[i]))];

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Add(at.Inputs);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new AddStage(at);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(output.Length, (inputs.Length - 1) * Add.OperationsOfElement);

    private sealed class AddStage(StagePlan at) : Stage
    {
        private readonly Add add = new(at.Device, at.Y.Length);
        private readonly IReadOnlyList<Tensor<float>> x = at.Inputs;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly IReadOnlyList<Tensor<float>?> dX = at.InputGradients;

        public override void Forward()
        {
            add.Forward(x[0], x[1], y);
            for (int i = 2; i < x.Count; i++)
            {
                add.Accumulate(x[i], y);
            }
        }

        public override void Backward()
        {
            // The gradient of a sum is that of each term.
            for (int i = 0; i < dX.Count; i++)
            {
                dX[i]?.CopyFrom(dY!);
            }
        }
    }
}

public static partial class Nodes
{
    /// <summary>An <see cref="AddLayer"/> of this node and others.</summary>
    public static Node Add(this Node x, params IReadOnlyList<Node> others) =>
        Node.Of(new AddLayer(), [Required(x), .. others]);
}
