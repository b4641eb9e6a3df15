using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>
/// In training on a GPU: mean and maximum over all time, dropout where there is one, and a small dense layer. With the
/// loss of its logits it is one launch forward, and one backward.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class PooledHeadFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override int Match(FusionSite site)
    {
        if (!site.Training || site.At<GlobalMeanMaxPoolLayer>(0) is null)
        {
            return 0;
        }

        int dense = site.At<DropoutLayer>(1) is { Rate: > 0 } ? 2 : 1;
        return dense < site.Chain.Count && DenseStage.IsSmall(site.Device, site.Chain[dense], site.Batch) &&
            site.Chain[dense].InputShapes[0].Length <= Dense.MostPooledInputs
            ? dense + 1
            : 0;
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new PooledHeadStage(at);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.None;

    private sealed class PooledHeadStage : Stage, ILossStage
    {
        private readonly GlobalMeanMaxPool pool;
        private readonly Dropout? dropout;
        private readonly Dense dense;
        private readonly DenseShape shape;
        private readonly MaskGenerator? masks;
        private readonly TrainingProgress progress;
        private readonly Tensor<float> x;
        private readonly Tensor<float> h;
        private readonly Tensor<int> argMax;
        private readonly Tensor<float>? mask;
        private readonly Tensor<float> logits;
        private readonly Tensor<float>? dLogits;
        private readonly Tensor<float>? dX;
        private readonly Parameter weight;
        private readonly Parameter bias;

        public PooledHeadStage(StagePlan at)
        {
            GraphNode last = at.Nodes[^1];
            shape = ((DenseLayer)last.Layer!).ShapeOf(last.InputShapes[0], at.Batch);
            pool = new GlobalMeanMaxPool(at.Device, at.Batch, at.InputShape[0], at.InputShape[1]);
            dense = new Dense(at.Device, shape);
            progress = at.Progress;
            (x, logits, dLogits, dX) = (at.X, at.Y, at.DY, at.DX);
            h = at.Keep<float>(shape.Input);
            argMax = at.Keep<int>(pool.ArgMax);
            (weight, bias) = (at.ParameterOf(last, "weight"), at.ParameterOf(last, "bias"));
            if (at.Nodes.Count == 3)
            {
                GraphNode dropped = at.Nodes[1];
                float rate = ((DropoutLayer)dropped.Layer!).Rate;
                masks = new MaskGenerator(at.Seed, (uint)dropped.Index, rate);
                dropout = new Dropout(at.Device, h.Length, rate, (uint)dropped.Index, at.Seed);
                mask = at.Temporary(shape.Input);
            }
        }

        public bool Takes(ClassificationLoss loss) => loss.Takes(shape);

        public override void Forward()
        {
            pool.Forward(x, h, argMax);
            dropout?.Forward(h, h, mask!, progress);
            dense.Forward(h, weight.Value, bias.Value, logits);
        }

        public void Forward(
            ClassificationLoss loss, Tensor<int> targets, Tensor<float>? classWeights, MixedTargets? mixed) =>
            loss.ForwardBackward(
                DenseRows.OfPool(x, argMax, h, masks), weight.Value, bias.Value, logits, targets, classWeights,
                dLogits!, mixed);

        public override void Backward() => dense.BackwardPool(
            h, weight.Value, dLogits!, weight.Gradient!, bias.Gradient!, argMax, dX, masks, progress);
    }
}
