using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// A fully connected layer with the ReLU, or the ReLU and the dropout, that follow it where they do; or several of
/// these. On a GPU a small layer goes back in one launch, through the ReLU and dropout of the layer before it.
/// </summary>
internal sealed class DenseStage : Stage, ILossStage
{
    private readonly Link[] links;
    private readonly TrainingProgress progress;

    /// <summary>Plans the layers.</summary>
    /// <param name="at">The place.</param>
    /// <param name="nodes">Dense, with ReLU, or ReLU and dropout, after any of them: as the fusions match them.</param>
    public DenseStage(StagePlan at, IReadOnlyList<GraphNode> nodes)
    {
        progress = at.Progress;
        List<Link> made = [];
        Tensor<float> x = at.X;
        Tensor<float>? dX = at.DX;
        for (int i = 0; i < nodes.Count;)
        {
            GraphNode node = nodes[i++];
            bool relu = i < nodes.Count && nodes[i].Layer is ReluLayer;
            i += relu ? 1 : 0;
            GraphNode? dropped = i < nodes.Count && nodes[i].Layer is DropoutLayer ? nodes[i++] : null;
            bool isLast = i == nodes.Count;
            Shape shape = GraphNode.Batched(node.Output, at.Batch);
            Tensor<float> y = isLast ? at.Y : at.Keep<float>(shape);
            Tensor<float>? dY = isLast ? at.DY : at.Temporary(shape);
            MaskGenerator? masks = dropped?.Layer is DropoutLayer { Rate: var rate }
                ? new MaskGenerator(at.Seed, (uint)dropped.Index, rate)
                : null;
            made.Add(new Link(at, node, relu, masks, x, dX, y, dY, isLast, made.Count > 0 ? made[^1].Gate : 0));
            (x, dX) = (y, dY);
        }

        links = [.. made];
    }

    public override void Forward()
    {
        foreach (Link link in links)
        {
            link.Forward(progress);
        }
    }

    public bool Takes(ClassificationLoss loss) => links[^1].Takes(loss);

    public void Forward(
        ClassificationLoss loss, Tensor<int> targets, Tensor<float>? classWeights, MixedTargets? mixed)
    {
        for (int i = 0; i < links.Length - 2; i++)
        {
            links[i].Forward(progress);
        }

        DenseRows rows = links.Length > 1 ? links[^2].ForwardRows(progress) : links[^1].GivenRows;
        links[^1].Forward(rows, loss, targets, classWeights, mixed);
    }

    public override void Backward()
    {
        for (int i = links.Length - 1; i >= 0; i--)
        {
            links[i].Backward();
        }
    }

    /// <summary>True for a layer whose backward pass is one launch for it and the gate before it.</summary>
    internal static bool IsSmall(ComputeDevice device, GraphNode node, int batch) =>
        node.Layer is DenseLayer layer && Dense.IsSmall(device, layer.ShapeOf(node.InputShapes[0], batch));

    /// <summary>One dense layer of the stage.</summary>
    /// <param name="at">The place.</param>
    /// <param name="node">The layer.</param>
    /// <param name="relu">True with a ReLU after it.</param>
    /// <param name="dropout">The dropout after that, or none.</param>
    /// <param name="x">[B, inputs].</param>
    /// <param name="dX">Its gradient, where somebody needs it.</param>
    /// <param name="y">[B, outputs].</param>
    /// <param name="dY">Its gradient; none in a plan for inference.</param>
    /// <param name="isLast">False where the next layer takes the gradient through ReLU and dropout on its way.</param>
    /// <param name="gateOfX">
    /// Where x came out of the ReLU of a layer of this stage: the factor of its dropout, or 1; else 0.
    /// </param>
    private sealed class Link(
        StagePlan at, GraphNode node, bool relu, MaskGenerator? dropout, Tensor<float> x, Tensor<float>? dX,
        Tensor<float> y, Tensor<float>? dY, bool isLast, float gateOfX)
    {
        private readonly Dense dense = new(
            at.Device, ((DenseLayer)node.Layer!).ShapeOf(node.InputShapes[0], at.Batch), at.Training);
        private readonly Activation<Relu> gate = new(at.Device, y.Length);
        private readonly bool isSmall = IsSmall(at.Device, node, at.Batch);
        private readonly int batch = at.Batch;
        private readonly Parameter weight = at.ParameterOf(node, "weight");
        private readonly Parameter bias = at.ParameterOf(node, "bias");

        public float Gate => dropout?.Scale ?? (relu ? 1 : 0);

        public void Forward(TrainingProgress progress)
        {
            if (dropout is { } masks)
            {
                dense.ForwardReluDropout(x, weight.Value, bias.Value, y, masks, progress);
            }
            else if (relu)
            {
                dense.ForwardRelu(x, weight.Value, bias.Value, y);
            }
            else
            {
                dense.Forward(x, weight.Value, bias.Value, y);
            }
        }

        public DenseRows GivenRows => DenseRows.Of(x);

        /// <summary>True where this layer gives the logits of a loss that takes it.</summary>
        public bool Takes(ClassificationLoss loss) => !relu && dropout is null && dY is not null && loss.Takes(
            ((DenseLayer)node.Layer!).ShapeOf(node.InputShapes[0], batch));

        /// <summary><see cref="Forward(TrainingProgress)"/> as far as the next layer does not do it.</summary>
        public DenseRows ForwardRows(TrainingProgress progress) =>
            dense.ForwardReluRows(x, weight.Value, bias.Value, y, dropout, progress);

        public void Forward(
            in DenseRows rows, ClassificationLoss loss, Tensor<int> targets, Tensor<float>? classWeights,
            MixedTargets? mixed) =>
            loss.ForwardBackward(rows, weight.Value, bias.Value, y, targets, classWeights, dY!, mixed);

        public void Backward()
        {
            if (relu && isLast)
            {
                gate.Backward(y, dY!, dY!);
            }

            if (isSmall)
            {
                dense.BackwardSmall(x, weight.Value, dY!, weight.Gradient!, bias.Gradient!, dX, gateOfX);
                return;
            }

            dense.Backward(x, weight.Value, dY!, weight.Gradient!, bias.Gradient!, dX);
        }
    }
}
