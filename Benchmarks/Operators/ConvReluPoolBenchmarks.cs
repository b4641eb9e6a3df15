// Convolution, bias, ReLU and max-pooling 2/2, P = floor(L / 2). Of each window only the maximum carries a gradient.
// Operations:  Forward, ForwardInference  2 B K L (C / groups) R
//              BackwardWeight             2 B K P (C / groups) R
//              Backward                   4 B K P (C / groups) R
// Bytes, numbers of 4:  Forward           x + weight + bias + y + argMax; ForwardInference without argMax
//                       BackwardWeight    x + y + dY + argMax + 2 (dWeight + dBias)
//                       Backward          the same + weight + dX
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>The fused block of the article's network.</summary>
public class ConvReluPoolBenchmarks : OperatorBenchmarks
{
    private ConvReluPool block = null!;
    private Tensor<float> x = null!, weight = null!, bias = null!, y = null!;
    private Tensor<float> dX = null!, dWeight = null!, dBias = null!, dY = null!;
    private Tensor<int> argMax = null!;

    /// <summary>The article's two, a deeper layer and a large one.</summary>
    public static IEnumerable<Case<Conv1dShape>> Cases =>
    [
        ShapeCase.Of(new Conv1dShape(64, 40, 100, 64, 4)),
        ShapeCase.Of(new Conv1dShape(32, 40, 100, 32, 4)),
        ShapeCase.Of(new Conv1dShape(64, 64, 50, 128, 3, Padding: 1)),
        ShapeCase.Of(new Conv1dShape(256, 64, 1000, 128, 5)),
    ];

    /// <summary>The convolution's shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Conv1dShape> Case { get; set; } = null!;

    private Pool1dShape Pool =>
        new(Case.Shape.Batch, Case.Shape.Filters, Case.Shape.OutputLength, Window: 2, Stride: 2);

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        Conv1dShape s = Case.Shape;
        double terms = s.Channels / s.Groups * s.Taps;
        double forward = 2.0 * s.Output.Length * terms;
        double backward = 2.0 * Pool.Output.Length * terms;
        long pooled = Pool.Output.Length;
        long weights = s.Weight.Length + s.Bias.Length;
        long gradients = s.Input.Length + (3 * pooled) + (2 * weights);
        return benchmark switch
        {
            nameof(Forward) => Work.OfNumbers(forward, s.Input.Length + weights + (2 * pooled)),
            nameof(ForwardInference) => Work.OfNumbers(forward, s.Input.Length + weights + pooled),
            nameof(BackwardWeight) => Work.OfNumbers(backward, gradients),
            _ => Work.OfNumbers(2 * backward, gradients + s.Weight.Length + s.Input.Length),
        };
    }

    /// <summary>y and the places of the maxima, as in training.</summary>
    [Benchmark]
    public void Forward()
    {
        block.Forward(x, weight, bias, y, argMax);
        Finish();
    }

    /// <summary>y alone.</summary>
    [Benchmark]
    public void ForwardInference()
    {
        block.Forward(x, weight, bias, y, argMax: null);
        Finish();
    }

    /// <summary>dWeight and dBias: all that a network's first layer needs.</summary>
    [Benchmark]
    public void BackwardWeight()
    {
        block.Backward(x, weight, y, dY, argMax, dWeight, dBias, dX: null);
        Finish();
    }

    /// <summary>dWeight, dBias and dX.</summary>
    [Benchmark]
    public void Backward()
    {
        block.Backward(x, weight, y, dY, argMax, dWeight, dBias, dX);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        Conv1dShape s = Case.Shape;
        block = new ConvReluPool(Device, s, Pool);
        x = Noise(s.Input);
        weight = Noise(s.Weight);
        bias = Noise(s.Bias);
        y = Zeros(block.Output);
        dY = Noise(block.Output);
        dX = Zeros(s.Input);
        dWeight = Zeros(s.Weight);
        dBias = Zeros(s.Bias);
        argMax = Device.Allocate<int>(block.Output);
        block.Forward(x, weight, bias, y, argMax); // Backward needs the places of its maxima.
    }
}
