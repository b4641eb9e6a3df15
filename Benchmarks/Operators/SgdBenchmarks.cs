// Operations a parameter: 7: 2 for the decay, 3 for the momentum, 2 for the update
// Bytes, numbers of 4 a parameter: 6, parameter, gradient and momentum read and written
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>One step of stochastic gradient descent with momentum over a flat buffer.</summary>
public class SgdBenchmarks : OperatorBenchmarks
{
    private Sgd sgd = null!;

    /// <summary>See <see cref="OptimizerCases"/>.</summary>
    public static IEnumerable<Case<Shape>> Cases => OptimizerCases.All;

    /// <summary>The shape of the parameters.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) =>
        Work.OfNumbers(7.0 * Case.Shape.Length, 6L * Case.Shape.Length);

    /// <summary>The update of all parameters; gradients are zero afterwards.</summary>
    [Benchmark]
    public void Step()
    {
        sgd.Step();
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        var progress = new TrainingProgress(Device);
        progress.SetStep(2); // Past the first, at which momentum begins.
        progress.SetLearningRate(OptimizerCases.LearningRate);
        sgd = new Sgd(
            Device, Noise(Case.Shape), Noise(Case.Shape), progress,
            new SgdOptions { Momentum = 0.9f, WeightDecay = OptimizerCases.WeightDecay });
    }
}
