using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Tests.Model;

/// <summary>
/// Gives a learnt mini-batch instead of its input, so that the gradient of what comes into other layers can be read as
/// that of a parameter.
/// </summary>
[LayerType("learnt_input", Name = "learnt")]
public sealed record LearntInput : Layer
{
    public const string Value = "learnt1.value";

    public required int Batch { get; init; }

    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs) =>
        own.Learn("value", new Shape(Batch * inputs[0].Length), 0);

    protected internal override Stage Plan(StagePlan at) => new LearntStage(at);

    private sealed class LearntStage(StagePlan at) : Stage
    {
        private readonly Parameter value = at["value"];
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;

        public override void Forward() => y.CopyFrom(value.Value);

        public override void Backward() => value.Gradient!.CopyFrom(dY!);
    }
}
