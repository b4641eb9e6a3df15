using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>
/// In training: batch normalisation, ReLU and the max-poolings after it whose windows touch. Neither the normalised
/// values, nor their gradient, nor the places of the maxima reach memory.
/// </summary>
public sealed class NormReluPoolFusion : FusionRule
{
    private const int Before = 2;

    /// <inheritdoc/>
    protected internal override int Match(FusionSite site)
    {
        if (!site.Training || site.At<BatchNorm1dLayer>(0) is null || site.At<ReluLayer>(1) is null)
        {
            return 0;
        }

        int pools = MaxPoolChainFusion.LengthAt(site, Before);
        return pools > 0 ? Before + pools : 0;
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new NormReluPoolStage(at);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.Inputs;

    private sealed class NormReluPoolStage : Stage
    {
        private readonly NormReluPool fused;
        private readonly Tensor<float> x;
        private readonly Tensor<float> y;
        private readonly Tensor<float>? dY;
        private readonly Tensor<float>? dX;
        private readonly Tensor<float> statistics;
        private readonly Parameter gamma;
        private readonly Parameter beta;
        private readonly Tensor<float> mean;
        private readonly Tensor<float> variance;

        public NormReluPoolStage(StagePlan at)
        {
            var layer = (BatchNorm1dLayer)at.Node.Layer!;
            BatchNormShape shape = BatchNorm1dLayer.ShapeOf(at.InputShape, at.Batch);
            int window = MaxPoolChainFusion.WindowOf(at.Nodes.Skip(Before));
            fused = new NormReluPool(at.Device, shape, window, layer.Momentum, layer.Epsilon);
            (x, y, dY, dX) = (at.X, at.Y, at.DY, at.DX);
            statistics = at.Keep<float>(shape.Statistics);
            (gamma, beta) = (at["weight"], at["bias"]);
            (mean, variance) = (at.State("running_mean"), at.State("running_variance"));
        }

        public override void Forward() =>
            fused.Train(x, gamma.Value, beta.Value, mean, variance, statistics, y);

        public override void Backward() =>
            fused.Backward(x, gamma.Value, beta.Value, statistics, dY!, gamma.Gradient!, beta.Gradient!, dX);
    }
}
