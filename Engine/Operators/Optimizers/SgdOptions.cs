namespace NativeCnn.Engine.Operators;

/// <summary>The settings of <see cref="Sgd"/>, named as in PyTorch.</summary>
/// <param name="Momentum">The share of the last direction that is kept; 0 keeps none and needs no memory.</param>
/// <param name="Dampening">The share of a gradient that does not enter the momentum.</param>
/// <param name="Nesterov">Looks one step ahead; needs momentum and no dampening.</param>
/// <param name="WeightDecay">L2 penalty, from 0: this times the parameter is added to its gradient.</param>
public sealed record SgdOptions(
    float Momentum = 0f, float Dampening = 0f, bool Nesterov = false, float WeightDecay = 0f)
{
    /// <summary>Throws unless the settings make sense together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public void Validate()
    {
        if (!(Momentum >= 0f) || !float.IsFinite(Momentum))
        {
            throw new ArgumentException($"momentum is a finite number from 0, not {Momentum}");
        }

        if (!(WeightDecay >= 0f) || !float.IsFinite(WeightDecay))
        {
            throw new ArgumentException($"weight decay is a finite number from 0, not {WeightDecay}");
        }

        if (!float.IsFinite(Dampening))
        {
            throw new ArgumentException($"dampening is a finite number, not {Dampening}");
        }

        if (Nesterov && (Momentum == 0f || Dampening != 0f))
        {
            throw new ArgumentException(
                $"Nesterov needs a momentum above 0 and no dampening, not {Momentum} and {Dampening}");
        }
    }
}
