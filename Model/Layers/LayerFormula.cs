// What Layer.Formula computes with: a mini-batch in float64 and the parameters beside it. Slow and plain on purpose: it is
// what kernels are compared with.
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>A layer's inputs, parameters and random numbers in float64.</summary>
/// <remarks>Immutable: may be shared between threads while nobody changes the arrays.</remarks>
public sealed class LayerFormula
{
    private readonly GraphNode node;
    private readonly IReadOnlyDictionary<string, double[]> tensors;
    private readonly ulong seed;
    private readonly int step;

    /// <summary>The place of a layer in a network.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="batch">Clips of the mini-batch.</param>
    /// <param name="training">True where dropout drops and normalisations look at the mini-batch.</param>
    /// <param name="inputs">The inputs, [B, ...].</param>
    /// <param name="tensors">What the layer learns and keeps, by name.</param>
    /// <param name="seed">The seed of the network's draws.</param>
    /// <param name="step">The training step that masks are drawn for.</param>
    public LayerFormula(
        GraphNode node, int batch, bool training, IReadOnlyList<double[]> inputs,
        IReadOnlyDictionary<string, double[]> tensors, ulong seed, int step)
    {
        ArgumentNullException.ThrowIfNull(node);
        this.node = node;
        this.tensors = tensors;
        this.seed = seed;
        this.step = step;
        Batch = batch;
        Training = training;
        Inputs = inputs;
    }

    /// <summary>Clips of the mini-batch.</summary>
    public int Batch { get; }

    /// <summary>True where dropout drops and normalisations look at the mini-batch.</summary>
    public bool Training { get; }

    /// <summary>The inputs, [B, ...].</summary>
    public IReadOnlyList<double[]> Inputs { get; }

    /// <summary>The first input.</summary>
    public double[] X => Inputs[0];

    /// <summary>The first input of one clip.</summary>
    public Shape InputShape => node.InputShapes[0];

    /// <summary>The output of one clip.</summary>
    public Shape Output => node.Output;

    /// <summary>What the layer learns under a name.</summary>
    /// <exception cref="KeyNotFoundException">It learns nothing of this name.</exception>
    public double[] this[string name] => tensors[name];

    /// <summary>The same, or null.</summary>
    public double[]? Find(string name) => tensors.GetValueOrDefault(name);

    /// <summary>What the layer keeps under a name.</summary>
    /// <exception cref="KeyNotFoundException">It keeps nothing of this name.</exception>
    public double[] State(string name) => tensors[name];

    /// <summary>
    /// The layer's mask at the step, drawn as <see cref="MaskGenerator"/> says: 0 with probability rate, else
    /// 1 / (1 - rate).
    /// </summary>
    public double[] Mask(int length, float rate)
    {
        double[] mask = new double[length];
        for (int i = 0; i < length; i++)
        {
            mask[i] = Drawn(i) >= rate ? 1 / (1 - (double)rate) : 0;
        }

        return mask;
    }

    /// <summary>How an element of a mask of <see cref="Mask"/> comes about, and the element x of the input under it.</summary>
    internal IReadOnlyList<FormulaLine> ExplainMask(int drawn, float rate, double x)
    {
        float u = Drawn(drawn);
        double mask = u >= rate ? 1 / (1 - (double)rate) : 0;
        string scale = FormattableString.Invariant($"1 / (1 - {rate})");
        return
        [
            new("x", "input", x),
            new("u", FormattableString.Invariant(
                $"Philox: seed {seed}, step {step}, layer {node.Index}, number {drawn}; in [0, 1)"), u),
            new("mask", FormattableString.Invariant($"u >= {rate} ? {scale} : 0"), mask),
            new("y", "mask x; the gradient passes by the same mask", mask * x),
        ];
    }

    /// <summary>How an element is normalised by the values that it is normalised with.</summary>
    internal static IReadOnlyList<FormulaLine> ExplainNormalised(
        double x, double[] among, double epsilon, double weight, double bias)
    {
        (double mean, double variance) = MeanAndVariance(among);
        double inverse = 1 / Math.Sqrt(variance + epsilon);
        double normalised = (x - mean) * inverse;
        return
        [
            new("x", "input", x),
            new("n", "values that it is normalised among", among.Length),
            new("mean", "sum of x / n", mean),
            new("variance", "sum of (x - mean)^2 / n", variance),
            new("s", FormattableString.Invariant($"1 / sqrt(variance + {(float)epsilon})"), inverse),
            new("z", "(x - mean) s", normalised),
            new("y", FormattableString.Invariant($"{(float)weight} z + {(float)bias}"), (weight * normalised) + bias),
        ];
    }

    private float Drawn(int i)
    {
        PhiloxBlock words = Philox.Generate(seed, (uint)step, (uint)node.Index, (uint)i / 4);
        uint word = (i % 4) switch { 0 => words.X, 1 => words.Y, 2 => words.Z, _ => words.W };
        return Philox.ToUniform(word);
    }

    /// <summary>The mean, and the mean square distance from it.</summary>
    internal static (double Mean, double Variance) MeanAndVariance(double[] values)
    {
        double mean = values.Average();
        return (mean, values.Sum(x => (x - mean) * (x - mean)) / values.Length);
    }

    /// <summary>A function of every row and window of it, which is given the place that the window begins at.</summary>
    internal static double[] OverWindows(Pool1dShape shape, double[] x, Func<double[], int, double> function) =>
    [
        .. x.Chunk(shape.Length).SelectMany(row => Enumerable.Range(0, shape.OutputLength).Select(
            j => function(row, (j * shape.Stride) - shape.Padding))),
    ];

    /// <summary>
    /// The share of the normal distribution below x, by the series of G. Marsaglia, "Evaluating the normal
    /// distribution" (2004): to 1e-15 of 1.
    /// </summary>
    internal static double NormalDistribution(double x)
    {
        if (Math.Abs(x) > 8)
        {
            return x > 0 ? 1 : 0;
        }

        double term = x;
        double sum = x;
        for (int i = 3; sum + term != sum; i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
    }
}
