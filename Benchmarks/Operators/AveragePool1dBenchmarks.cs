// Operations:  Forward   window an output: window - 1 additions and a multiplication
//              Backward  1 multiplication an output, for windows do not overlap here
// Bytes, numbers of 4:  Forward x + y;  Backward dY + dX
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Average-pooling over time.</summary>
public class AveragePool1dBenchmarks : OperatorBenchmarks
{
    private AveragePool1d pool = null!;
    private Tensor<float> x = null!, y = null!, dX = null!;

    /// <summary>See <see cref="PoolingCases"/>.</summary>
    public static IEnumerable<Case<Pool1dShape>> Cases => PoolingCases.All;

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Pool1dShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        Pool1dShape s = Case.Shape;
        double operations = (double)s.Output.Length * (benchmark == nameof(Forward) ? s.Window : 1);
        return Work.OfNumbers(operations, (long)s.Input.Length + s.Output.Length);
    }

    /// <summary>y from x.</summary>
    [Benchmark]
    public void Forward()
    {
        pool.Forward(x, y);
        Finish();
    }

    /// <summary>dX from dY.</summary>
    [Benchmark]
    public void Backward()
    {
        pool.Backward(y, dX);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        pool = new AveragePool1d(Device, Case.Shape);
        x = Noise(Case.Shape.Input);
        y = Noise(Case.Shape.Output); // dY, too.
        dX = Zeros(Case.Shape.Input);
    }
}
