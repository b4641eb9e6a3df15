using NativeCnn.Engine.Mathematics;

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

    /// <summary>A step of one parameter, line by line.</summary>
    public IReadOnlyList<FormulaLine> Explain(UpdatePoint at)
    {
        ArgumentNullException.ThrowIfNull(at);
        double p = at.Parameter * (1 - (at.LearningRate * Decay));
        double g = at.Gradient + (Penalty * at.Parameter);
        double m = (Beta1 * at.State["exp_avg"]) + ((1 - (double)Beta1) * g);
        double v = (Beta2 * at.State["exp_avg_sq"]) + ((1 - (double)Beta2) * g * g);
        double m1 = m / (1 - Math.Pow(Beta1, at.Step));
        double v1 = v / (1 - Math.Pow(Beta2, at.Step));
        FormulaLine[] lines =
        [
            Line("g", $"gradient + {Penalty} p", g),
            Line("m", $"{Beta1} m + (1 - {Beta1}) g", m),
            Line("v", $"{Beta2} v + (1 - {Beta2}) g^2", v),
            Line("m'", $"m / (1 - {Beta1}^{at.Step})", m1),
            Line("v'", $"v / (1 - {Beta2}^{at.Step})", v1),
            Line("p", $"p (1 - {(float)at.LearningRate} * {Decay})", p),
            Line(
                "new p", $"p - {(float)at.LearningRate} m' / (sqrt(v') + {Epsilon})",
                p - (at.LearningRate * m1 / (Math.Sqrt(v1) + Epsilon))),
        ];
        bool decays = Decay > 0;
        return [.. lines.Where(line => line.Name != "p" || decays)];
    }

    private static FormulaLine Line(string name, FormattableString formula, double value) =>
        new(name, FormattableString.Invariant(formula), value);
}
