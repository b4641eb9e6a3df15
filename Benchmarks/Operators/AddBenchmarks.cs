// Operations an element: 1 addition.
// Bytes, numbers of 4:   Forward a + b + y;  Accumulate x + 2 y
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>The sum of two tensors.</summary>
public class AddBenchmarks : OperatorBenchmarks
{
    private Add add = null!;
    private Tensor<float> a = null!, b = null!, y = null!;

    /// <summary>See <see cref="ElementwiseCases"/>.</summary>
    public static IEnumerable<Case<Shape>> Cases => ElementwiseCases.All;

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) => Work.OfNumbers(Case.Shape.Length, 3L * Case.Shape.Length);

    /// <summary>y = a + b.</summary>
    [Benchmark]
    public void Forward()
    {
        add.Forward(a, b, y);
        Finish();
    }

    /// <summary>y += x, for an x of zeros, so that y stays what it is.</summary>
    [Benchmark]
    public void Accumulate()
    {
        add.Accumulate(b, y);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        add = new Add(Device, Case.Shape.Length);
        a = Noise(Case.Shape);
        b = Zeros(Case.Shape);
        y = Zeros(Case.Shape);
    }
}
