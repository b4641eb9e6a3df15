using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>The channels of all inputs, one after the other; flat inputs likewise.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("concat", Shapes = "[C1, T], [C2, T] -> [C1 + C2, T]", LeastInputs = 2, MostInputs = int.MaxValue)]
public sealed record ConcatLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        long channels = 0;
        foreach (Shape input in inputs)
        {
            if (input.Rank != inputs[0].Rank || (input.Rank == 2 && input[1] != inputs[0][1]))
            {
                throw new ArgumentException(
                    "it joins the channels of inputs with as many time steps: pool or stride them alike");
            }

            channels += input[0];
        }

        if (channels > Shape.MostElements)
        {
            throw new ArgumentException(
                $"{channels} channels come together, more than the {Shape.MostElements} elements of a tensor: join " +
                "fewer inputs");
        }

        return inputs[0].Rank == 2 ? new Shape((int)channels, inputs[0][1]) : new Shape((int)channels);
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        int[] lengths = [.. at.Inputs.Select(input => input.Length / at.Batch)];
        return
        [
            .. Enumerable.Range(0, at.Batch).SelectMany(
                b => at.Inputs.SelectMany((input, i) => input.Skip(b * lengths[i]).Take(lengths[i]))),
        ];
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Concat(at.Inputs);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new ConcatStage(at);

    private sealed class ConcatStage(StagePlan at) : Stage
    {
        private readonly Concat concat = new(
            at.Device, at.Batch, [.. at.Inputs.Select(input => input.Length / at.Batch)]);
        private readonly IReadOnlyList<Tensor<float>> x = at.Inputs;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly IReadOnlyList<Tensor<float>?> dX = at.InputGradients;

        public override void Forward() => concat.Forward(x, y);

        public override void Backward() => concat.Backward(dY!, dX);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="ConcatLayer"/> of this node and others.</summary>
    public static Node Concat(this Node x, params IReadOnlyList<Node> others) =>
        Node.Of(new ConcatLayer(), [Required(x), .. others]);
}
