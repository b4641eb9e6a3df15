using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>
/// In inference: a convolution and the batch normalisation after it as one convolution whose weights and bias were
/// multiplied by the normalisation's factor, with the ReLU and the max-pooling that follow. Unless the network is
/// <see cref="Network.Prepare">prepared</see>, the weights are folded before each forward pass, so that they are never
/// those of an earlier training step.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class FoldedNormFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override int Match(FusionSite site)
    {
        if (site.Training || site.At<Conv1dLayer>(0) is null || site.At<BatchNorm1dLayer>(1) is null)
        {
            return 0;
        }

        return site.At<ReluLayer>(2) is null ? 2 : site.At<MaxPool1dLayer>(3) is null ? 3 : 4;
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new FoldedStage(at);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.None;

    private sealed class FoldedStage : Stage
    {
        private readonly ComputeDevice device;
        private readonly BatchNormFold fold;
        private readonly Conv1d? conv;
        private readonly ConvReluPool? fused;
        private readonly Tensor<float> x;
        private readonly Tensor<float> y;
        private readonly Tensor<float> weight;
        private readonly Tensor<float>? bias;
        private readonly Tensor<float> gamma;
        private readonly Tensor<float> beta;
        private readonly Tensor<float> mean;
        private readonly Tensor<float> variance;
        private Tensor<float> foldedWeight;
        private Tensor<float> foldedBias;
        private bool isPrepared;

        public FoldedStage(StagePlan at)
        {
            (GraphNode convNode, GraphNode normNode) = (at.Nodes[0], at.Nodes[1]);
            Conv1dShape shape = ((Conv1dLayer)convNode.Layer!).ShapeOf(at.InputShape, at.Batch);
            device = at.Device;
            fold = new BatchNormFold(at.Device, shape.Weight, ((BatchNorm1dLayer)normNode.Layer!).Epsilon);
            if (at.Nodes.Count == 2)
            {
                conv = new Conv1d(at.Device, shape, training: false);
            }
            else
            {
                Pool1dShape? pool = (at.Nodes[^1].Layer as MaxPool1dLayer)?.ShapeOf(convNode.Output, at.Batch);
                fused = new ConvReluPool(at.Device, shape, pool, training: false);
            }

            (x, y) = (at.X, at.Y);
            (weight, bias) = (at["weight"].Value, at.Find("bias")?.Value);
            (gamma, beta) = (at.ParameterOf(normNode, "weight").Value, at.ParameterOf(normNode, "bias").Value);
            (mean, variance) = (at.StateOf(normNode, "running_mean"), at.StateOf(normNode, "running_variance"));
            foldedWeight = at.Temporary(shape.Weight);
            foldedBias = at.Temporary(shape.Bias);
        }

        public override void Prepare()
        {
            if (!isPrepared)
            {
                // Until now they lay where other stages write.
                (foldedWeight, foldedBias) =
                    (device.Allocate<float>(foldedWeight.Shape), device.Allocate<float>(foldedBias.Shape));
                isPrepared = true;
            }

            Fold();
            fused?.Prepare(foldedWeight);
            conv?.Prepare(foldedWeight);
        }

        public override void Forward()
        {
            if (!isPrepared)
            {
                Fold();
            }

            if (fused is not null)
            {
                fused.Forward(x, foldedWeight, foldedBias, y, argMax: null);
            }
            else
            {
                conv!.Forward(x, foldedWeight, foldedBias, y);
            }
        }

        private void Fold() =>
            fold.Fold(weight, bias, gamma, beta, mean, variance, foldedWeight, foldedBias);

        public override void Backward() =>
            throw new InvalidOperationException("the network was planned for inference: it has no backward pass");
    }
}
