using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Stages;

/// <summary>A ReLU that no operator before it could take along.</summary>
internal sealed class ReluStage(ComputeDevice device, Activation x, Activation y) : Stage
{
    private readonly Relu relu = new(device, x.Shape.Length);

    public override void Forward() => relu.Forward(x.Value, y.Value);

    public override void Backward()
    {
        if (x.Gradient is not null)
        {
            relu.Backward(y.Value, y.RequiredGradient, x.Gradient);
        }
    }
}

/// <summary>Another function of every element.</summary>
internal sealed class ActivationStage(ComputeDevice device, ActivationSpec spec, Activation x, Activation y) : Stage
{
    private readonly PointwiseActivation function = new(
        device, x.Shape.Length, spec.Function, spec.Slope ?? (spec.Function == ActivationKind.Elu ? 1f : 0.01f));

    public override void Forward() => function.Forward(x.Value, y.Value);

    public override void Backward()
    {
        if (x.Gradient is not null)
        {
            function.Backward(x.Value, y.RequiredGradient, x.Gradient);
        }
    }
}

/// <summary>Dropout; planned for training alone, since inference passes values through.</summary>
internal sealed class DropoutStage(
    ComputeDevice device, float rate, uint layer, ulong seed, StepClock clock, Activation x, Activation y) : Stage
{
    private readonly Dropout dropout = new(device, x.Shape.Length, rate, layer, seed);

    /// <summary>The mask of the last forward pass: 0, or 1 / (1 - rate).</summary>
    public Tensor<float> Mask { get; } = device.Allocate<float>(x.Shape);

    /// <summary>True where a test brings its own <see cref="Mask"/>: nothing is drawn then.</summary>
    public bool KeepsMask { get; set; }

    public override void Forward()
    {
        if (KeepsMask)
        {
            dropout.Apply(x.Value, Mask, y.Value);
        }
        else
        {
            dropout.Forward(x.Value, y.Value, Mask, clock);
        }
    }

    public override void Backward()
    {
        if (x.Gradient is not null)
        {
            dropout.Backward(y.RequiredGradient, Mask, x.Gradient);
        }
    }
}
