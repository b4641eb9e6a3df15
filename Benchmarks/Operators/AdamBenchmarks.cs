// Operations a parameter: 15: 2 for the decay, 3 for m, 4 for v, 6 for the root, the quotient and the update
// Bytes, numbers of 4 a parameter: 8, parameter, gradient, m and v read and written
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>One step of Adam over a flat buffer.</summary>
public class AdamBenchmarks : OperatorBenchmarks
{
    private Adam adam = null!;

    /// <summary>See <see cref="OptimizerCases"/>.</summary>
    public static IEnumerable<Case<Shape>> Cases => OptimizerCases.All;

    /// <summary>The shape of the parameters.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) =>
        Work.OfNumbers(15.0 * Case.Shape.Length, 8L * Case.Shape.Length);

    /// <summary>The update of all parameters; gradients are zero afterwards.</summary>
    [Benchmark]
    public void Step()
    {
        adam.Step();
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        var progress = new TrainingProgress(Device);
        progress.SetStep(2); // Past the first, at which momentum begins.
        progress.SetLearningRate(OptimizerCases.LearningRate);
        adam = new Adam(
            Device, Noise(Case.Shape), Noise(Case.Shape), progress,
            new AdamOptions { WeightDecay = OptimizerCases.WeightDecay });
    }
}
