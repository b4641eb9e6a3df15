// Operations an element: 1 multiplication each way; drawing the mask is integer arithmetic, which is not counted.
// Bytes, numbers of 4:   Forward x + y + mask;  Backward dY + mask + dX
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Dropout of one half.</summary>
public class DropoutBenchmarks : OperatorBenchmarks
{
    private Dropout dropout = null!;
    private TrainingProgress progress = null!;
    private Tensor<float> x = null!, y = null!, mask = null!;

    /// <summary>See <see cref="ElementwiseCases"/>.</summary>
    public static IEnumerable<Case<Shape>> Cases => ElementwiseCases.All;

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) => Work.OfNumbers(Case.Shape.Length, 3L * Case.Shape.Length);

    /// <summary>Draws the mask; y = x mask.</summary>
    [Benchmark]
    public void Forward()
    {
        dropout.Forward(x, y, mask, progress);
        Finish();
    }

    /// <summary>dX = dY mask.</summary>
    [Benchmark]
    public void Backward()
    {
        dropout.Backward(x, mask, y);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        dropout = new Dropout(Device, Case.Shape.Length, rate: 0.5f, layer: 0, seed: 1);
        progress = new TrainingProgress(Device);
        x = Noise(Case.Shape); // dY, too.
        y = Zeros(Case.Shape); // dX, too.
        mask = Zeros(Case.Shape);
        dropout.Forward(x, y, mask, progress);
    }
}
