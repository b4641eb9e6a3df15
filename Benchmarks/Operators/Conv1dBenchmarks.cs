// Operations: 2 B K L (C / groups) R each way; the bias is left out, as papers do.
// Bytes, numbers of 4:  Forward         x + weight + bias + y
//                       BackwardInput   dY + weight + dX
//                       BackwardWeight  x + dY + 2 (dWeight + dBias)
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Convolution over time, not fused.</summary>
public class Conv1dBenchmarks : OperatorBenchmarks
{
    private Conv1d conv = null!;
    private Tensor<float> x = null!, weight = null!, bias = null!, y = null!;
    private Tensor<float> dX = null!, dWeight = null!, dBias = null!;

    /// <summary>The article's two, a deeper layer, one over samples, a depthwise one and a large one.</summary>
    public static IEnumerable<Case<Conv1dShape>> Cases =>
    [
        ShapeCase.Of(new Conv1dShape(64, 40, 100, 64, 4)),
        ShapeCase.Of(new Conv1dShape(32, 40, 100, 32, 4)),
        ShapeCase.Of(new Conv1dShape(64, 64, 50, 128, 3, Padding: 1)),
        ShapeCase.Of(new Conv1dShape(64, 1, 8000, 64, 80, Stride: 4)),
        ShapeCase.Of(new Conv1dShape(64, 128, 1000, 128, 9, Padding: 4, Groups: 128)),
        ShapeCase.Of(new Conv1dShape(256, 64, 1000, 128, 5)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Conv1dShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        Conv1dShape s = Case.Shape;
        double operations = 2.0 * s.Output.Length * (s.Channels / s.Groups) * s.Taps;
        long weights = s.Weight.Length + s.Bias.Length;
        long numbers = benchmark switch
        {
            nameof(Forward) => (long)s.Input.Length + weights + s.Output.Length,
            nameof(BackwardInput) => (long)s.Output.Length + s.Weight.Length + s.Input.Length,
            _ => s.Input.Length + s.Output.Length + (2L * weights),
        };
        return Work.OfNumbers(operations, numbers);
    }

    /// <summary>y from x, weight and bias.</summary>
    [Benchmark]
    public void Forward()
    {
        conv.Forward(x, weight, bias, y);
        Finish();
    }

    /// <summary>dX from dY.</summary>
    [Benchmark]
    public void BackwardInput()
    {
        conv.BackwardInput(y, weight, dX);
        Finish();
    }

    /// <summary>dWeight and dBias from x and dY.</summary>
    [Benchmark]
    public void BackwardWeight()
    {
        conv.BackwardWeight(x, y, dWeight, dBias);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        Conv1dShape s = Case.Shape;
        conv = new Conv1d(Device, s);
        x = Noise(s.Input);
        weight = Noise(s.Weight);
        bias = Noise(s.Bias);
        y = Noise(s.Output); // dY, too.
        dX = Zeros(s.Input);
        dWeight = Zeros(s.Weight);
        dBias = Zeros(s.Bias);
    }
}
