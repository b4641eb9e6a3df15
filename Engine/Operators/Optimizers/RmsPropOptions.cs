namespace NativeCnn.Engine.Operators;

/// <summary>The settings of <see cref="RmsProp"/>, named as in PyTorch.</summary>
/// <param name="Alpha">The share of the mean square that is kept at a step, in [0, 1).</param>
/// <param name="Epsilon">What is added to the root of the mean square, from 0.</param>
/// <param name="Momentum">The share of the last direction that is kept; 0 keeps none and needs no memory.</param>
/// <param name="Centered">Takes the square of the gradients' mean from their mean square.</param>
/// <param name="WeightDecay">L2 penalty, from 0: this times the parameter is added to its gradient.</param>
public sealed record RmsPropOptions(
    float Alpha = 0.99f, float Epsilon = 1e-8f, float Momentum = 0f, bool Centered = false, float WeightDecay = 0f)
{
    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public void Validate()
    {
        if (!(Alpha is >= 0f and < 1f))
        {
            throw new ArgumentException($"alpha is a share in [0, 1), not {Alpha}");
        }

        if (!(Epsilon >= 0f) || !float.IsFinite(Epsilon))
        {
            throw new ArgumentException($"epsilon is a finite number from 0, not {Epsilon}");
        }

        if (!(Momentum >= 0f) || !float.IsFinite(Momentum))
        {
            throw new ArgumentException($"momentum is a finite number from 0, not {Momentum}");
        }

        if (!(WeightDecay >= 0f) || !float.IsFinite(WeightDecay))
        {
            throw new ArgumentException($"weight decay is a finite number from 0, not {WeightDecay}");
        }
    }
}
