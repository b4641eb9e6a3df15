using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks.Fusion;

/// <summary>Convolution, bias, ReLU and, where it follows, max-pooling.</summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class ConvReluPoolFusion : FusionRule
{
    /// <inheritdoc/>
    protected internal override int Match(FusionSite site) =>
        site.At<Conv1dLayer>(0) is null || site.At<ReluLayer>(1) is null ? 0
        : site.At<MaxPool1dLayer>(2) is null ? 2
        : 3;

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        Conv1dShape shape = ((Conv1dLayer)at.Node.Layer!).ShapeOf(at.InputShape, at.Batch);
        Pool1dShape? pool = (at.Nodes[^1].Layer as MaxPool1dLayer)?.ShapeOf(at.Node.Output, at.Batch);
        return new ConvReluPoolStage(at, shape, pool);
    }

    /// <inheritdoc/>
    protected internal override Reads BackwardReads(IReadOnlyList<GraphNode> nodes) => Reads.Inputs | Reads.Output;

    private sealed class ConvReluPoolStage(StagePlan at, Conv1dShape shape, Pool1dShape? pool) : Stage
    {
        private readonly ConvReluPool fused = new(
            at.Device, shape, pool, training: at.Training,
            workspace: at.Training && ConvReluPool.WorkspaceOf(at.Device, shape) is { } room
                ? at.Temporary(room)
                : null);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;
        private readonly Parameter weight = at["weight"];
        private readonly Parameter? bias = at.Find("bias");
        private readonly Tensor<int>? argMax = pool is null || !at.Training ? null : at.Keep<int>(at.Y.Shape);

        public override void Prepare() => fused.Prepare(weight.Value);

        public override void Forward() => fused.Forward(x, weight.Value, bias?.Value, y, argMax);

        public override void Backward() =>
            fused.Backward(x, weight.Value, y, dY!, argMax, weight.Gradient!, bias?.Gradient, dX);
    }
}
