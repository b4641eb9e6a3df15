// Operations an element: Forward  4, a negation, an exponential, an addition and a division
//                        Backward 3, two multiplications and a subtraction
// Bytes, numbers of 4:   Forward x + y;  Backward y + dY + dX
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Logistic function.</summary>
public class SigmoidBenchmarks : OperatorBenchmarks
{
    private Activation<Sigmoid> sigmoid = null!;
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
            ? Work.OfNumbers(4 * length, 2 * length)
            : Work.OfNumbers(3 * length, 3 * length);
    }

    /// <summary>y from x.</summary>
    [Benchmark]
    public void Forward()
    {
        sigmoid.Forward(x, y);
        Finish();
    }

    /// <summary>dX from y and dY.</summary>
    [Benchmark]
    public void Backward()
    {
        sigmoid.Backward(y, dY, dX);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        sigmoid = new Activation<Sigmoid>(Device, Case.Shape.Length);
        x = Noise(Case.Shape);
        y = Zeros(Case.Shape);
        dY = Noise(Case.Shape);
        dX = Zeros(Case.Shape);
        sigmoid.Forward(x, y); // Backward needs it.
    }
}
