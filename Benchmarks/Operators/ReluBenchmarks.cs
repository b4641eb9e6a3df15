// Operations an element: Forward 1, a comparison; Backward 1, a comparison.
// Bytes, numbers of 4:   Forward x + y;  Backward y + dY + dX
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Rectified linear unit, not fused.</summary>
public class ReluBenchmarks : OperatorBenchmarks
{
    private Activation<Relu> relu = null!;
    private Tensor<float> x = null!, y = null!, dY = null!, dX = null!;

    /// <summary>See <see cref="ElementwiseCases"/>.</summary>
    public static IEnumerable<Case<Shape>> Cases => ElementwiseCases.All;

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        long length = Case.Shape.Length;
        return benchmark == nameof(Forward)
            ? Work.OfNumbers(1 * length, 2 * length)
            : Work.OfNumbers(1 * length, 3 * length);
    }

    /// <summary>y from x.</summary>
    [Benchmark]
    public void Forward()
    {
        relu.Forward(x, y);
        Finish();
    }

    /// <summary>dX from y and dY.</summary>
    [Benchmark]
    public void Backward()
    {
        relu.Backward(y, dY, dX);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        relu = new Activation<Relu>(Device, Case.Shape.Length);
        x = Noise(Case.Shape);
        y = Zeros(Case.Shape);
        dY = Noise(Case.Shape);
        dX = Zeros(Case.Shape);
        relu.Forward(x, y); // Backward needs it.
    }
}
