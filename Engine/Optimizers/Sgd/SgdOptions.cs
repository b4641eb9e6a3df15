using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The settings of <see cref="Sgd"/>, named as in PyTorch, where the momentum is 0 unless given.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[OptimizerType("sgd", "stochastic gradient descent with momentum, weight decay in the gradient")]
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>The share of the last direction that is kept; 0 keeps none and needs no memory.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>The share of a gradient that does not enter the momentum.</summary>
    public float Dampening { get; init; }

    /// <summary>Looks one step ahead; needs momentum and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary>L2 penalty, from 0: this times the parameter is added to its gradient.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        ExpectFromZero("momentum", Momentum);
        ExpectFromZero("weight decay", WeightDecay);
        if (!float.IsFinite(Dampening))
        {
            throw new ArgumentException($"dampening is a finite number, not {Dampening}", nameof(Dampening));
        }

        if (Nesterov && (Momentum == 0f || Dampening != 0f))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Nesterov needs a momentum above 0 and no dampening, not {Momentum} and {Dampening}"));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FormulaLine> Explain(UpdatePoint at)
    {
        ArgumentNullException.ThrowIfNull(at);
        double g = at.Gradient + (WeightDecay * at.Parameter);
        var lines = new List<FormulaLine> { new("g", FormattableString.Invariant($"gradient + {WeightDecay} p"), g) };
        double d = g;
        if (Momentum != 0)
        {
            double b = at.Step == 1
                ? g
                : (Momentum * at.State["momentum_buffer"]) + ((1 - (double)Dampening) * g);
            lines.Add(new("b", at.Step == 1
                ? "g, at the first step"
                : FormattableString.Invariant($"{Momentum} b + (1 - {Dampening}) g"), b));
            d = Nesterov ? g + (Momentum * b) : b;
            lines.Add(new("d", Nesterov ? FormattableString.Invariant($"g + {Momentum} b") : "b", d));
        }

        string last = Momentum != 0 ? "d" : "g";
        return
        [
            .. lines,
            new(
                "new p", FormattableString.Invariant($"p - {(float)at.LearningRate} {last}"),
                at.Parameter - (at.LearningRate * d)),
        ];
    }

    /// <inheritdoc/>
    public override IOptimizer Create(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress) =>
        new Sgd(device, values, gradients, progress, this);
}
