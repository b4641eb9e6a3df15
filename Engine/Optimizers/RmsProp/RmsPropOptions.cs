using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The settings of <see cref="RmsProp"/>, named as in PyTorch.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[OptimizerType("rmsprop", "steps divided by the gradients' root mean square, weight decay in the gradient")]
public sealed record RmsPropOptions : OptimizerOptions
{
    /// <summary>The share of the mean square that is kept at a step, in [0, 1).</summary>
    public float Alpha { get; init; } = 0.99f;

    /// <summary>What is added to the root of the mean square, from 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>The share of the last direction that is kept; 0 keeps none and needs no memory.</summary>
    public float Momentum { get; init; }

    /// <summary>Takes the square of the gradients' mean from their mean square.</summary>
    public bool Centered { get; init; }

    /// <summary>L2 penalty, from 0: this times the parameter is added to its gradient.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Alpha is >= 0f and < 1f))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"alpha is a share in [0, 1), not {Alpha}"), nameof(Alpha));
        }

        ExpectFromZero("epsilon", Epsilon);
        ExpectFromZero("momentum", Momentum);
        ExpectFromZero("weight decay", WeightDecay);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FormulaLine> Explain(UpdatePoint at)
    {
        ArgumentNullException.ThrowIfNull(at);
        double g = at.Gradient + (WeightDecay * at.Parameter);
        double v = (Alpha * at.State["square_avg"]) + ((1 - (double)Alpha) * g * g);
        var lines = new List<FormulaLine>
        {
            new("g", FormattableString.Invariant($"gradient + {WeightDecay} p"), g),
            new("v", FormattableString.Invariant($"{Alpha} v + (1 - {Alpha}) g^2"), v),
        };
        double root = v;
        if (Centered)
        {
            double m = (Alpha * at.State["grad_avg"]) + ((1 - (double)Alpha) * g);
            lines.Add(new("m", FormattableString.Invariant($"{Alpha} m + (1 - {Alpha}) g"), m));
            root = v - (m * m);
        }

        double d = g / (Math.Sqrt(root) + Epsilon);
        lines.Add(new(
            "d", FormattableString.Invariant($"g / (sqrt({(Centered ? "v - m^2" : "v")}) + {Epsilon})"), d));
        double b = Momentum == 0 ? d : (Momentum * at.State["momentum_buffer"]) + d;
        if (Momentum != 0)
        {
            lines.Add(new("b", FormattableString.Invariant($"{Momentum} b + d"), b));
        }

        string last = Momentum != 0 ? "b" : "d";
        return
        [
            .. lines,
            new(
                "new p", FormattableString.Invariant($"p - {(float)at.LearningRate} {last}"),
                at.Parameter - (at.LearningRate * b)),
        ];
    }

    /// <inheritdoc/>
    public override IOptimizer Create(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress) =>
        new RmsProp(device, values, gradients, progress, this);
}
