namespace NativeCnn.Engine.Optimizers;

/// <summary>What <see cref="AdamOptions"/> and <see cref="AdamWOptions"/> say to <see cref="Adam"/>.</summary>
/// <param name="Beta1">The share of the mean gradient that is kept.</param>
/// <param name="Beta2">The share of the mean square gradient that is kept.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
/// <param name="Penalty">Weight decay through the gradient; 0 for AdamW.</param>
/// <param name="Decay">Weight decay past the gradient; 0 for Adam.</param>
internal readonly record struct AdamSettings(float Beta1, float Beta2, float Epsilon, float Penalty, float Decay)
{
    /// <summary>Above it the table of bias corrections would outgrow 2 million entries.</summary>
    private const float LargestBeta = 0.99999f;

    public static AdamSettings Of(AdamOptions options) =>
        new(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, 0f);

    public static AdamSettings Of(AdamWOptions options) =>
        new(options.Beta1, options.Beta2, options.Epsilon, 0f, options.WeightDecay);

    /// <summary>Throws unless each setting is in its range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    public void Validate()
    {
        if (!(Beta1 is >= 0f and <= LargestBeta) || !(Beta2 is >= 0f and <= LargestBeta))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"betas are in [0, {LargestBeta}], not {Beta1} and {Beta2}"));
        }

        OptimizerOptions.ExpectFromZero("epsilon", Epsilon);
        OptimizerOptions.ExpectFromZero("weight decay", Penalty);
        OptimizerOptions.ExpectFromZero("weight decay", Decay);
    }
}
