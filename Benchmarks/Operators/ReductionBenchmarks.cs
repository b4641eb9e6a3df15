// x [Outer, Length, Inner] -> y [Outer, Inner].
// Operations:  Sum, Mean, Max  1 an element of x;  SumBackward, MeanBackward  none: they copy
// Bytes, numbers of 4: x + y each way
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Sum, mean and maximum over one dimension.</summary>
public class ReductionBenchmarks : OperatorBenchmarks
{
    private Reduction reduction = null!;
    private Tensor<float> x = null!, y = null!;

    /// <summary>A dense layer's bias, a mean over time, a column sum and one long sum.</summary>
    public static IEnumerable<Case<ReductionShape>> Cases =>
    [
        ShapeCase.Of(new ReductionShape(1, 64, 128)),
        ShapeCase.Of(new ReductionShape(64 * 64, 97, 1)),
        ShapeCase.Of(new ReductionShape(1, 4096, 4096)),
        ShapeCase.Of(new ReductionShape(1, 16 * 1024 * 1024, 1)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<ReductionShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        ReductionShape s = Case.Shape;
        double operations = benchmark is nameof(SumBackward) or nameof(MeanBackward) ? 0 : s.Input.Length;
        return Work.OfNumbers(operations, (long)s.Input.Length + s.Output.Length);
    }

    /// <summary>y = the sums.</summary>
    [Benchmark]
    public void Sum()
    {
        reduction.Sum(x, y);
        Finish();
    }

    /// <summary>y = the means.</summary>
    [Benchmark]
    public void Mean()
    {
        reduction.Mean(x, y);
        Finish();
    }

    /// <summary>y = the largest values.</summary>
    [Benchmark]
    public void Max()
    {
        reduction.Max(x, y);
        Finish();
    }

    /// <summary>dX from dY of a sum.</summary>
    [Benchmark]
    public void SumBackward()
    {
        reduction.SumBackward(y, x);
        Finish();
    }

    /// <summary>dX from dY of a mean.</summary>
    [Benchmark]
    public void MeanBackward()
    {
        reduction.MeanBackward(y, x);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        reduction = new Reduction(Device, Case.Shape);
        x = Noise(Case.Shape.Input); // dX, too.
        y = Noise(Case.Shape.Output); // dY, too.
    }
}
