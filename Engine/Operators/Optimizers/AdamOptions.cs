namespace NativeCnn.Engine.Operators;

/// <summary>The settings of <see cref="Adam"/>, named as in PyTorch.</summary>
/// <param name="Beta1">The share of the mean gradient that is kept, in [0, 0.99999].</param>
/// <param name="Beta2">The share of the mean square gradient that is kept, in [0, 0.99999].</param>
/// <param name="Epsilon">Added to the root of the mean square, from 0.</param>
/// <param name="WeightDecay">Weight decay, from 0.</param>
/// <param name="Decoupled">True for AdamW: weights decay by themselves instead of through the gradient.</param>
public sealed record AdamOptions(
    float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float WeightDecay = 0f, bool Decoupled = false)
{
    /// <summary>Above it the table of bias corrections would outgrow 2 million entries.</summary>
    private const float LargestBeta = 0.99999f;

    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and why.</exception>
    public void Validate()
    {
        if (!(Beta1 is >= 0f and <= LargestBeta) || !(Beta2 is >= 0f and <= LargestBeta))
        {
            throw new ArgumentException($"betas are in [0, {LargestBeta}], not {Beta1} and {Beta2}");
        }

        if (!(Epsilon >= 0f) || !float.IsFinite(Epsilon))
        {
            throw new ArgumentException($"epsilon is a finite number from 0, not {Epsilon}");
        }

        if (!(WeightDecay >= 0f) || !float.IsFinite(WeightDecay))
        {
            throw new ArgumentException($"weight decay is a finite number from 0, not {WeightDecay}");
        }
    }
}
