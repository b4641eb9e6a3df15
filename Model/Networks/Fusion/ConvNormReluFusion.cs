using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>
/// In training, but on OpenCL: a convolution, batch normalisation, ReLU and the max-poolings after it whose windows touch.
/// On a GPU one launch forward; two backward, of the normalisation and of all gradients of the convolution. On the host
/// the convolution takes the moments of its rows.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class ConvNormReluFusion : FusionRule
{
    private const int Before = 3;

    /// <inheritdoc/>
    protected internal override int Match(FusionSite site)
    {
        bool fits = site.Training && site.Device.Info.Kind != DeviceKind.OpenCl;
        if (!fits || site.At<Conv1dLayer>(0) is null || site.At<BatchNorm1dLayer>(1) is null ||
            site.At<ReluLayer>(2) is null)
        {
            return 0;
        }

        return Before + MaxPoolChainFusion.LengthAt(site, Before);
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new ConvNormReluStage(at);

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.Inputs;

    private sealed class ConvNormReluStage : Stage
    {
        private readonly Conv1d conv;
        private readonly NormReluPool norm;
        private readonly bool takesConvolution;
        private readonly Tensor<float> x;
        private readonly Tensor<float> convolved;
        private readonly Tensor<float> dConvolved;
        private readonly Tensor<float> y;
        private readonly Tensor<float>? dY;
        private readonly Tensor<float>? dX;
        private readonly Tensor<float> statistics;
        private readonly Parameter weight;
        private readonly Parameter? bias;
        private readonly Parameter gamma;
        private readonly Parameter beta;
        private readonly Tensor<float> mean;
        private readonly Tensor<float> variance;

        public ConvNormReluStage(StagePlan at)
        {
            GraphNode normNode = at.Nodes[1];
            var layer = (BatchNorm1dLayer)normNode.Layer!;
            Conv1dShape shape = ((Conv1dLayer)at.Node.Layer!).ShapeOf(at.InputShape, at.Batch);
            conv = new Conv1d(at.Device, shape);
            norm = new NormReluPool(
                at.Device, BatchNorm1dLayer.ShapeOf(at.Node.Output, at.Batch),
                MaxPoolChainFusion.WindowOf(at.Nodes.Skip(Before)), layer.Momentum, layer.Epsilon);
            takesConvolution = norm.Takes(conv);
            (x, y, dY, dX) = (at.X, at.Y, at.DY, at.DX);
            convolved = at.Keep<float>(shape.Output);
            dConvolved = at.Temporary(shape.Output);
            statistics = at.Keep<float>(new Shape(2, shape.Filters));
            (weight, bias) = (at["weight"], at.Find("bias"));
            (gamma, beta) = (at.ParameterOf(normNode, "weight"), at.ParameterOf(normNode, "bias"));
            (mean, variance) = (at.StateOf(normNode, "running_mean"), at.StateOf(normNode, "running_variance"));
        }

        public override void Forward()
        {
            if (takesConvolution)
            {
                norm.Train(
                    conv, x, weight.Value, bias?.Value, convolved, gamma.Value, beta.Value, mean, variance, statistics,
                    y);
                return;
            }

            conv.Forward(x, weight.Value, bias?.Value, convolved);
            norm.Train(convolved, gamma.Value, beta.Value, mean, variance, statistics, y);
        }

        public override void Backward()
        {
            norm.Backward(
                convolved, gamma.Value, beta.Value, statistics, dY!, gamma.Gradient!, beta.Gradient!, dConvolved);
            conv.Backward(x, weight.Value, dConvolved, weight.Gradient!, bias?.Gradient, dX);
        }
    }
}
