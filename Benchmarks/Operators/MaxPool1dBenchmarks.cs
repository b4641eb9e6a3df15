// Operations:  Forward   window - 1 comparisons an output
//              Backward  1 an output: its gradient is added where the maximum was
// Bytes, numbers of 4:  Forward x + y + argMax;  Backward dY + argMax + dX
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Max-pooling over time.</summary>
public class MaxPool1dBenchmarks : OperatorBenchmarks
{
    private MaxPool1d pool = null!;
    private Tensor<float> x = null!, y = null!, dX = null!;
    private Tensor<int> argMax = null!;

    /// <summary>See <see cref="PoolingCases"/>.</summary>
    public static IEnumerable<Case<Pool1dShape>> Cases => PoolingCases.All;

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Pool1dShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        Pool1dShape s = Case.Shape;
        double operations = (double)s.Output.Length * (benchmark == nameof(Forward) ? s.Window - 1 : 1);
        return Work.OfNumbers(operations, s.Input.Length + (2L * s.Output.Length));
    }

    /// <summary>y and the places of the maxima.</summary>
    [Benchmark]
    public void Forward()
    {
        pool.Forward(x, y, argMax);
        Finish();
    }

    /// <summary>dX from dY.</summary>
    [Benchmark]
    public void Backward()
    {
        pool.Backward(y, argMax, dX);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        pool = new MaxPool1d(Device, Case.Shape);
        x = Noise(Case.Shape.Input);
        y = Zeros(Case.Shape.Output);
        dX = Zeros(Case.Shape.Input);
        argMax = Device.Allocate<int>(Case.Shape.Output);
        pool.Forward(x, y, argMax); // Backward needs the places of its maxima, and takes y for dY.
    }
}
